package io.holdfast.mobility.machine;

import io.holdfast.base.TimeSource;
import io.holdfast.mobility.stream.Sequencer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Measures the recovery point objective on the source's clock. While the capture is complete: the age of the oldest write that is not proven.
 * Otherwise writes pass unseen, and it is the age of the newest check whose proof the store has.
 */
final class ProofLedger {

    private static final int PROOFS_MAX = 4_096;
    private static final long NEVER = -1;

    private record Begun(long sequence, long utcMillis) {}

    private final TimeSource time;
    private final Deque<Begun> onTheirWay = new ArrayDeque<>();
    private long provenUtcMillis = NEVER;

    ProofLedger(TimeSource time) {
        this.time = time;
    }

    void begun(long sequence, long begunNanos) {
        long agoMillis = TimeUnit.NANOSECONDS.toMillis(time.monotonicNanos() - begunNanos);
        if (onTheirWay.size() >= PROOFS_MAX) {
            onTheirWay.removeLast();
        }
        onTheirWay.add(new Begun(sequence, time.utcMillis() - agoMillis));
    }

    void proven(long sequence) {
        while (!onTheirWay.isEmpty() && onTheirWay.element().sequence <= sequence) {
            provenUtcMillis = Math.max(provenUtcMillis, onTheirWay.remove().utcMillis);
        }
    }

    /** The store has proven points from before this agent started. */
    void provenBefore(long utcMillis) {
        provenUtcMillis = Math.max(provenUtcMillis, utcMillis);
    }

    long rpoMillis(boolean complete, Sequencer sequencer) {
        if (provenUtcMillis == NEVER) {
            return NEVER;
        }
        return complete
                ? Math.ceilDiv(sequencer.oldestUnprovenNanos(), TimeUnit.MILLISECONDS.toNanos(1))
                : Math.max(0, time.utcMillis() - provenUtcMillis);
    }
}
