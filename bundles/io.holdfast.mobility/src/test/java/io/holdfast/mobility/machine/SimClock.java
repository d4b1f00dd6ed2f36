package io.holdfast.mobility.machine;

import io.holdfast.base.TimeSource;

/** Time that the simulator owns. */
final class SimClock implements TimeSource {

    private static final long START_UTC_MILLIS = 1_700_000_000_000L;

    private long nanos = 1_000_000_000L;
    private long utcStepMillis;

    void advance(long moreNanos) {
        nanos += moreNanos;
    }

    /** The wall clock jumps; the monotonic one does not. */
    void stepUtc(long millis) {
        utcStepMillis += millis;
    }

    @Override
    public long utcMillis() {
        return START_UTC_MILLIS + nanos / 1_000_000 + utcStepMillis;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }
}
