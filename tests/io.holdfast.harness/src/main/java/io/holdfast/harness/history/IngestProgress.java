package io.holdfast.harness.history;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.IngestPipeline;
import org.jspecify.annotations.Nullable;

/** Follows what is durable, for a thread that waits for it; what failed is thrown there. Thread-safe. */
public final class IngestProgress implements IngestPipeline.Listener {

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

    /** How many commits there were. */
    public synchronized long commits() {
        return commits;
    }

    /** Waits for a commit after those seen. */
    public synchronized void awaitCommitAfter(long seen) {
        while (commits == seen) {
            step();
        }
    }

    /** Waits until a sequence is durable. */
    public synchronized void awaitSequence(long last) {
        while (sequence < last) {
            step();
        }
    }

    private void step() {
        long before = commits;
        try {
            wait(WAIT_MILLIS_MAX);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        if (failure != null) {
            throw failure;
        }
        if (commits == before) {
            throw new IllegalStateException("nothing became durable for " + WAIT_MILLIS_MAX + " ms");
        }
    }
}
