package io.holdfast.journal.testkit;

import io.holdfast.base.TimeSource;

/** A clock that moves when it is told to. */
public final class SimulatedClock implements TimeSource {

    private static final long START_UTC_MILLIS = 1_700_000_000_000L;

    private long elapsedMillis;

    public synchronized void advance(long millis) {
        elapsedMillis += millis;
    }

    @Override
    public synchronized long utcMillis() {
        return START_UTC_MILLIS + elapsedMillis;
    }

    @Override
    public synchronized long monotonicNanos() {
        return elapsedMillis * 1_000_000;
    }
}
