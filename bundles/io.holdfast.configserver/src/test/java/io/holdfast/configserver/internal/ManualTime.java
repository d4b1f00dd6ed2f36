package io.holdfast.configserver.internal;

import io.holdfast.base.TimeSource;
import java.util.concurrent.TimeUnit;

/** Clocks that stand still until they are moved. */
public final class ManualTime implements TimeSource {

    private long utcMillis = 1_800_000_000_000L;
    private long monotonicNanos = 1;
    private volatile Runnable pausing = () -> {};

    @Override
    public synchronized long utcMillis() {
        return utcMillis;
    }

    @Override
    public synchronized long monotonicNanos() {
        return monotonicNanos;
    }

    /** What goes on meanwhile when somebody lets time pass; it has to move the clock. */
    void whilePausing(Runnable work) {
        pausing = work;
    }

    @Override
    public void pauseMillis(long millis) {
        pausing.run();
    }

    public synchronized void advanceMillis(long millis) {
        utcMillis += millis;
        monotonicNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    public synchronized void setWallClockBack(long millis) {
        utcMillis -= millis;
    }
}
