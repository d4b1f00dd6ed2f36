package io.holdfast.mobility.stream;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When writes were acknowledged, coarsely, so that the age of the oldest unproven one is known in bounded memory. Ages err on the side of
 * older. Not thread-safe.
 */
final class AgeBook {

    private static final long BUCKET_NANOS = 10_000_000;
    private static final int BUCKETS_MAX = 32_768;

    private record Bucket(long firstSequence, long nanos) {}

    private final Deque<Bucket> buckets = new ArrayDeque<>();
    private long highest;

    void given(long sequence, long nowNanos) {
        highest = sequence;
        Bucket last = buckets.peekLast();
        if (last == null || nowNanos - last.nanos >= BUCKET_NANOS) {
            if (buckets.size() >= BUCKETS_MAX) {
                thin();
            }
            buckets.add(new Bucket(sequence, nowNanos));
        }
    }

    /** Every second bucket goes; what it held counts as being of the age of the one before. */
    private void thin() {
        boolean[] keep = {false};
        buckets.removeIf(_ -> {
            keep[0] = !keep[0];
            return !keep[0];
        });
    }

    void proven(long sequence) {
        if (sequence >= highest) {
            buckets.clear();
            return;
        }
        while (!buckets.isEmpty()) {
            Bucket first = buckets.remove();
            Bucket next = buckets.peek();
            if (next == null || next.firstSequence > sequence + 1) {
                buckets.addFirst(first);
                return;
            }
        }
    }

    /** The age of the oldest write that is not proven, 0 when all are. */
    long oldestNanos(long nowNanos) {
        Bucket first = buckets.peek();
        return first == null ? 0 : Math.max(1, nowNanos - first.nanos);
    }

    void clear(long sequence) {
        buckets.clear();
        highest = sequence;
    }
}
