package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.Pin;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decides what of a history may be let go: its pins, its policy and its lock. Used under the writer's lock. */
final class Keeping {

    private final StoreContext context;
    private final History history;

    Keeping(StoreContext context, History history) {
        this.context = context;
        this.history = history;
    }

    Pin pin(Position position, String reason) throws IOException {
        history.retention().requireKept("point " + position + " of machine " + history.machine(), position.sequence());
        List<Pin> pins = new ArrayList<>(history.pins());
        if (pins.size() >= Pin.COUNT_MAX) {
            throw new HoldfastException(
                    ErrorCode.OVERLOADED,
                    "pins of machine " + history.machine(),
                    "are as many as " + Pin.COUNT_MAX + " already");
        }
        Pin pin = new Pin(history.nextPinId(), position, reason);
        pins.add(pin);
        save(pins, pin.id() + 1);
        return pin;
    }

    void unpin(long pinId) throws IOException {
        List<Pin> pins = new ArrayList<>(history.pins());
        for (Pin pin : history.pins()) {
            if (pin.id() == pinId) {
                requireUnlocked("pin " + pinId, pin.position().sequence());
                pins.remove(pin);
                save(pins, history.nextPinId());
            }
        }
    }

    private void save(List<Pin> pins, long nextId) throws IOException {
        SmallFiles.replace(context.files(), history.folder(), Layout.PINS, new PinList(pins, nextId).encode());
        history.pins(pins, nextId);
    }

    void policy(RetentionPolicy policy) throws IOException {
        RetentionState state = history.retention().state();
        if (policy.lockMillis() < state.policy().lockMillis()) {
            requireUnlocked("retention lock", history.durable().sequence());
        }
        long clock = history.retention().clockMillis(context.time().monotonicNanos());
        context.save(history, state.at(clock).with(policy));
    }

    /** Refuses to destroy a history that is younger than its lock. */
    void requireDestroyable() {
        requireUnlocked("history", history.durable().sequence());
    }

    /** What came up to a sequence is locked while the newest of it is younger than the lock. */
    private void requireUnlocked(String what, long sequence) {
        long lock = history.retention().state().policy().lockMillis();
        long unlocked = history.retention().olderThan(lock, context.time().monotonicNanos());
        if (lock > 0 && sequence > unlocked) {
            throw new HoldfastException(
                    ErrorCode.RETENTION_LOCKED,
                    what + " of machine " + history.machine(),
                    "is locked: sequence " + sequence + " is younger than the lock of "
                            + lock / RetentionPolicy.HOUR_MILLIS + " h");
        }
    }
}
