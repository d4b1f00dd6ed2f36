package io.holdfast.adapter.kvm.target;

import io.holdfast.base.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits for things that happen in another process and cannot be subscribed to. */
final class Waits {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final TimeSource time;

    Waits(TimeSource time) {
        this.time = time;
    }

    /** Waits until something holds; false when the time is over or the thread was interrupted, with its flag set. */
    boolean until(Duration limit, BooleanSupplier holds) {
        long begun = time.monotonicNanos();
        while (!holds.getAsBoolean()) {
            if (time.monotonicNanos() - begun >= limit.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
