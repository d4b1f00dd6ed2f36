package io.holdfast.processserver.internal.coding;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a stage of the line gets done in a time, measured only while it has a queue: without one it waits for its source, and its rate says nothing
 * about what it could do. Each batch that finds a queue before it measures, over all the time that it is in the stage, what the stage has done in
 * that time; so it does not matter whether the end of batches is told one by one or of many at once.
 *
 * <p>What lies many batches back counts little, what lies {@link #MEMORY_NANOS} back nothing: a stage that has had no queue for so long may have
 * become faster, and nobody would know.
 */
final class StageRate {

    /** After so long without a queue the rate is unknown again. */
    static final long MEMORY_NANOS = 20_000_000_000L;

    /** At each batch so much is kept of the measurements before: they count half after about eleven batches. */
    private static final double KEPT = 15.0 / 16;

    /** Of fewer batches a rate is chance. */
    private static final int BATCHES_LEAST = 4;

    /** A batch in the stage, and how much the stage had done when it came. */
    private record Entered(long atNanos, long bytes, double workBefore, boolean behindQueue) {}

    private final long queueBytesLeast;
    private final Deque<Entered> inside = new ArrayDeque<>();
    private long queuedBytes;
    private double workDone;
    private double measuredWork;
    private double measuredNanos;
    private int measuredBatches;
    private long measuredAtNanos;

    /**
     * Makes a stage with nothing in it.
     *
     * @param queueBytesLeast with so much in it the stage has a queue
     */
    StageRate(long queueBytesLeast) {
        this.queueBytesLeast = queueBytesLeast;
    }

    /** A batch comes into the stage. */
    void put(long nowNanos, long bytes) {
        inside.add(new Entered(nowNanos, bytes, workDone, queuedBytes >= queueBytesLeast));
        queuedBytes += bytes;
    }

    /**
     * The batch that has been in the stage for the longest time leaves it.
     *
     * @param nowNanos the time
     * @param work what it was for the stage, in the unit of the rate
     * @return the batch's bytes
     */
    long took(long nowNanos, double work) {
        Entered batch = inside.remove();
        queuedBytes -= batch.bytes();
        workDone += work;
        if (batch.behindQueue()) {
            // on average the stage was half through with another batch when this one came
            double doneMeanwhile = workDone - batch.workBefore() - work / 2;
            measuredWork = measuredWork * KEPT + doneMeanwhile;
            measuredNanos = measuredNanos * KEPT + (nowNanos - batch.atNanos());
            measuredBatches++;
            measuredAtNanos = nowNanos;
        }
        return batch.bytes();
    }

    /**
     * What the stage can do.
     *
     * @param nowNanos the time
     * @param unknown the answer when that is not known
     * @return work a nanosecond
     */
    double rate(long nowNanos, double unknown) {
        if (measuredBatches > 0 && nowNanos - measuredAtNanos > MEMORY_NANOS) {
            measuredWork = 0;
            measuredNanos = 0;
            measuredBatches = 0;
        }
        return measuredBatches >= BATCHES_LEAST && measuredNanos > 0 ? measuredWork / measuredNanos : unknown;
    }

    long queuedBytes() {
        return queuedBytes;
    }
}
