package io.holdfast.base;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The clock as engines see it. Given to them, so that a simulator can own time.
 *
 * @since 1.0
 */
public interface TimeSource {

    /** The machine's own clocks. Thread-safe. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long utcMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }
    };

    /**
     * Reads the wall clock. It may jump either way; use it as a label only.
     *
     * @return milliseconds since 1970-01-01T00:00Z
     */
    long utcMillis();

    /**
     * Reads the clock that never goes back; for durations within this process.
     *
     * @return nanoseconds from an arbitrary start
     */
    long monotonicNanos();

    /**
     * Lets time pass on the calling thread. It may end early; whoever waits looks again at what it waits for.
     *
     * @param millis how long at most
     */
    default void pauseMillis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
