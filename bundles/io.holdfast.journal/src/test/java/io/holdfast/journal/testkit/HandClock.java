package io.holdfast.journal.testkit;

import io.holdfast.base.TimeSource;

/** Clocks that go only when told to, each for itself. */
public final class HandClock implements TimeSource {

    private long utcMillis = 1_700_000_000_000L;
    private long nanos;

    @Override
    public long utcMillis() {
        return utcMillis;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }

    /** Lets both clocks go on. */
    public void pass(long millis) {
        utcMillis += millis;
        nanos += millis * 1_000_000;
    }

    /** Sets the wall clock. */
    public void setUtcMillis(long millis) {
        utcMillis = millis;
    }

    /** Lets the monotonic clock jump. */
    public void jump(long millis) {
        nanos += millis * 1_000_000;
    }
}
