package io.holdfast.adapter.kvm;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One end of time shared by the steps of an operation. */
final class Deadline {

    private static final long POLL_NANOS = 5_000_000;

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** What is left, at least one millisecond, so that a step that starts late still has a defined end. */
    Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, endNanos - System.nanoTime()));
    }

    boolean isOver() {
        return System.nanoTime() >= endNanos;
    }

    /** The earlier of this and a limit from now. */
    Deadline atMost(Duration limit) {
        return new Deadline(Math.min(endNanos, System.nanoTime() + limit.toNanos()));
    }

    /** Waits for a condition that is cheap to ask; false when the time is over first. */
    boolean await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (isOver()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
