package io.holdfast.mobility.machine;

import io.holdfast.base.TimeSource;
import io.holdfast.mobility.stream.Sequencer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Measures the recovery point objective. While the capture is complete: the age of the oldest write that is not proven. Otherwise writes pass
 * unseen, and it is the age of the newest check whose proof the store has. Ages are counted by the monotonic clock, which nobody sets back; only
 * what was proven before this agent started is dated by the wall clock.
 */
final class ProofLedger {

    private static final int PROOFS_MAX = 4_096;
    private static final long NEVER = -1;

    private record Begun(long sequence, long atNanos) {}

    private final TimeSource time;
    private final Deque<Begun> onTheirWay = new ArrayDeque<>();
    private boolean proven;
    private long provenNanos;

    ProofLedger(TimeSource time) {
        this.time = time;
    }

    void begun(long sequence, long begunNanos) {
        if (onTheirWay.size() >= PROOFS_MAX) {
            onTheirWay.removeLast();
        }
        onTheirWay.add(new Begun(sequence, begunNanos));
    }

    void proven(long sequence) {
        while (!onTheirWay.isEmpty() && onTheirWay.element().sequence <= sequence) {
            provenAt(onTheirWay.remove().atNanos);
        }
    }

    /** The store has proven points from before this agent started. */
    void provenBefore(long utcMillis) {
        long ageMillis = Math.max(0, time.utcMillis() - utcMillis);
        provenAt(time.monotonicNanos() - TimeUnit.MILLISECONDS.toNanos(ageMillis));
    }

    private void provenAt(long nanos) {
        provenNanos = proven ? provenNanos + Math.max(0, nanos - provenNanos) : nanos;
        proven = true;
    }

    long rpoMillis(boolean complete, Sequencer sequencer) {
        if (!proven) {
            return NEVER;
        }
        long nanos = complete ? sequencer.oldestUnprovenNanos() : Math.max(0, time.monotonicNanos() - provenNanos);
        return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
