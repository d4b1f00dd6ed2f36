package io.holdfast.mobility.stream;

import io.holdfast.base.TimeSource;

/** Time that a test moves. */
final class StoppedClock implements TimeSource {

    long utcMillis = 1_700_000_000_000L;
    long nanos = 5_000_000_000L;

    @Override
    public long utcMillis() {
        return utcMillis;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }
}
