package io.holdfast.bench;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.IngestPipeline;
import org.jspecify.annotations.Nullable;

/** Follows what is durable, for a thread that waits for it. */
final class IngestProgress implements IngestPipeline.Listener {

    private static final long WAIT_MILLIS_MAX = 60_000;

    private long commits;
    private long sequence;
    private @Nullable HoldfastException failure;

    @Override
    public synchronized void durable(Position position) {
        commits++;
        sequence = position.sequence();
        notifyAll();
    }

    @Override
    public synchronized void failed(HoldfastException reason) {
        failure = reason;
        notifyAll();
    }

    synchronized long commits() {
        return commits;
    }

    synchronized void awaitCommitAfter(long seen) throws InterruptedException {
        while (commits == seen) {
            step();
        }
    }

    synchronized void awaitSequence(long last) throws InterruptedException {
        while (sequence < last) {
            step();
        }
    }

    private void step() throws InterruptedException {
        long before = commits;
        wait(WAIT_MILLIS_MAX);
        if (failure != null) {
            throw failure;
        }
        if (commits == before) {
            throw new IllegalStateException("nothing became durable for " + WAIT_MILLIS_MAX + " ms");
        }
    }
}
