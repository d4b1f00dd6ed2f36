package io.holdfast.mobility.machine;

import io.holdfast.base.HoldfastException;
import io.holdfast.mobility.stream.Uplink;
import io.holdfast.transport.Link;
import io.holdfast.wire.Message;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session to the process server: opens it, passes on what it brings, opens it again after pauses. All methods belong to the machine's
 * turn; what a session brings on other threads is posted to it.
 */
final class StoreSessions {

    private static final long PAUSE_NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PAUSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final Uplink uplink;
    private final StoreDialer dialer;
    private final Consumer<Runnable> turn;
    private final Backoff backoff = new Backoff(PAUSE_NANOS_FIRST, PAUSE_NANOS_MAX);
    private @Nullable Call current;
    private @Nullable HoldfastException lastError;
    private long nowNanos;

    StoreSessions(Uplink uplink, StoreDialer dialer, Consumer<Runnable> turn) {
        this.uplink = uplink;
        this.dialer = dialer;
        this.turn = turn;
    }

    /** Opens a session if there is none and it is time. */
    void keep(ProtectionSettings settings, long now) {
        nowNanos = now;
        if (current == null && backoff.isDue(now)) {
            Call call = new Call();
            current = call;
            dialer.dial(settings.processServerHost(), settings.processServerPort(), call);
        }
    }

    void pump() {
        Call call = current;
        if (call == null) {
            return;
        }
        try {
            uplink.pump();
        } catch (HoldfastException e) {
            call.refuse(e);
        }
        if (uplink.isStreaming()) {
            backoff.worked();
            lastError = null;
        }
    }

    void end(String reason) {
        Call call = current;
        if (call != null) {
            current = null;
            uplink.closed();
            Link link = call.link;
            if (link != null) {
                link.close(reason);
            }
        }
    }

    /** What keeps the stream from the store, if anything. */
    @Nullable
    HoldfastException lastError() {
        return lastError;
    }

    private final class Call implements StoreDialer.Events {
        private @Nullable Link link;

        @Override
        public void connected(Link opened) {
            turn.accept(() -> {
                if (current == this) {
                    link = opened;
                    uplink.connected(opened);
                } else {
                    opened.close("not wanted any more");
                }
            });
        }

        @Override
        public void received(Message message) {
            turn.accept(() -> {
                if (current == this) {
                    take(message);
                }
            });
        }

        @Override
        public void closed(HoldfastException reason) {
            turn.accept(() -> {
                if (current == this) {
                    over(reason);
                }
            });
        }

        private void take(Message message) {
            try {
                uplink.received(message);
            } catch (HoldfastException e) {
                refuse(e);
            }
        }

        private void refuse(HoldfastException error) {
            Link opened = link;
            over(error);
            if (opened != null) {
                opened.refuse(error);
            }
        }

        private void over(HoldfastException reason) {
            current = null;
            lastError = reason;
            uplink.closed();
            backoff.failed(nowNanos);
        }
    }
}
