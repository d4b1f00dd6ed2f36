package io.holdfast.mastertarget;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.transport.Link;
import io.holdfast.wire.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A peer that remembers what it is told. */
final class Recorder implements Link {

    private final List<Message> told = new CopyOnWriteArrayList<>();
    private volatile @Nullable HoldfastException refused;

    @Override
    public void send(Message message) {
        told.add(message);
    }

    @Override
    public void close(String reason) {
        // nothing to remember: an orderly end is no finding
    }

    @Override
    public void refuse(HoldfastException error) {
        refused = error;
    }

    <T extends Message> List<T> all(Class<T> type) {
        return told.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends Message> T only(Class<T> type) {
        assertThat(all(type)).as("refused with %s", refused).hasSize(1);
        return all(type).getFirst();
    }

    @Nullable
    ErrorCode refusal() {
        HoldfastException error = refused;
        return error == null ? null : error.code();
    }
}
