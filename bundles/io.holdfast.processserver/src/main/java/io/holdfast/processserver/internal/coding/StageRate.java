package io.holdfast.processserver.internal.coding;

/**
 * What a stage of the line gets done in a time, measured only while it has a queue: without one it waits for its source, and its rate says nothing
 * about what it could do. What lies back many batches counts little, what lies back {@link #MEMORY_NANOS} nothing: a stage that has had no queue for
 * so long may have become faster, and nobody would know.
 */
final class StageRate {

    /** After so long without a queue the rate is unknown again. */
    static final long MEMORY_NANOS = 20_000_000_000L;

    /** A measurement counts half when about two thirds of so many batches have come after it. */
    private static final double MEMORY_BATCHES = 16;

    /** Of fewer batches a rate is chance. */
    private static final double BATCHES_LEAST = 4;

    private final long queueBytesLeast;
    private long queuedBytes;
    private boolean hadQueue;
    private long unfinishedNanos;
    private double amount;
    private double nanos;
    private double batches;
    private long measuredAtNanos;

    /**
     * Makes a stage with nothing in it.
     *
     * @param queueBytesLeast with so much in it the stage has a queue
     */
    StageRate(long queueBytesLeast) {
        this.queueBytesLeast = queueBytesLeast;
    }

    /** Time has passed since the last event. */
    void passed(long elapsedNanos) {
        if (hadQueue) {
            unfinishedNanos += elapsedNanos;
        }
    }

    void put(long bytes) {
        queuedBytes += bytes;
    }

    /**
     * Something left the stage. It counts if there was a queue all the time since something left it before.
     *
     * @param nowNanos the time
     * @param bytes as they were put
     * @param work what it was for the stage, in the unit of the rate
     * @param count of batches
     */
    void took(long nowNanos, long bytes, double work, int count) {
        if (hadQueue) {
            double keep = MEMORY_BATCHES / (MEMORY_BATCHES + count);
            amount = amount * keep + work;
            nanos = nanos * keep + unfinishedNanos;
            batches = batches * keep + count;
            measuredAtNanos = nowNanos;
        }
        queuedBytes -= bytes;
        unfinishedNanos = 0;
        hadQueue = queuedBytes >= queueBytesLeast;
    }

    /**
     * What the stage can do.
     *
     * @param nowNanos the time
     * @param unknown the answer when that is not known
     * @return work a nanosecond
     */
    double rate(long nowNanos, double unknown) {
        if (batches >= BATCHES_LEAST && nowNanos - measuredAtNanos > MEMORY_NANOS) {
            amount = 0;
            nanos = 0;
            batches = 0;
        }
        return batches >= BATCHES_LEAST && nanos > 0 ? amount / nanos : unknown;
    }

    long queuedBytes() {
        return queuedBytes;
    }
}
