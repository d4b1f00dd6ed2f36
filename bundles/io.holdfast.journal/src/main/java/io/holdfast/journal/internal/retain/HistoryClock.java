package io.holdfast.journal.internal.retain;

/**
 * The clock of a history: counts how long the store has run with it, so that no clock that somebody sets makes history look older. One look at the
 * monotonic clock counts {@link #STEP_MILLIS_MAX} at most, so a jump of that clock counts little too; time while the store is closed does not count.
 * Thread-safe.
 */
public final class HistoryClock {

    /** The most that passes between two looks. */
    public static final long STEP_MILLIS_MAX = 10 * 60_000L;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    private boolean running;
    private long nanos;
    private long restNanos;
    private long millis;

    /**
     * Makes a clock that runs from the first look on.
     *
     * @param millis where it was left
     */
    public HistoryClock(long millis) {
        this.millis = millis;
    }

    /**
     * Looks at the monotonic clock.
     *
     * @param monotonicNanos the monotonic clock now
     * @return the history's clock
     */
    public synchronized long advance(long monotonicNanos) {
        if (!running) {
            running = true;
            nanos = monotonicNanos;
        }
        long passed = Math.clamp(monotonicNanos - nanos, 0, STEP_MILLIS_MAX * NANOS_PER_MILLI);
        nanos = Math.max(nanos, monotonicNanos);
        restNanos += passed;
        millis += restNanos / NANOS_PER_MILLI;
        restNanos %= NANOS_PER_MILLI;
        return millis;
    }
}
