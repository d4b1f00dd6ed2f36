package io.holdfast.processserver;

import io.holdfast.base.TimeSource;

/** Stands still until a test moves it. */
final class ManualClock implements TimeSource {

    long nanos;

    @Override
    public long utcMillis() {
        return nanos / 1_000_000;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }
}
