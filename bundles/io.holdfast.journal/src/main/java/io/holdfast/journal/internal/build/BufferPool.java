package io.holdfast.journal.internal.build;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps arrays of some lengths for the next use, so that the collector sees none of them come and go: a long one for machines that write much, and
 * powers of two below it for those that trickle, of which there may be thousands, each with little under way. They lie on the heap: the ciphers of the
 * JDK are two to three times as fast from and to arrays as from and to memory outside. Thread-safe.
 */
final class BufferPool {

    /** The shortest array. */
    static final int LENGTH_MIN = 8 << 10;

    /** So many bytes of shorter arrays are kept at most: what a machine needs that trickles. Of more, a delay has been the cause. */
    static final int SHORT_BYTES_KEPT_MAX = 32 << 10;

    private final int longLength;
    private final int longKeptMax;
    private final Map<Integer, ArrayDeque<byte[]>> free = new HashMap<>();
    private int shortBytesKept;

    /**
     * Makes an empty pool.
     *
     * @param longLength of the longest arrays that it keeps
     * @param longKeptMax how many of these it keeps at most
     */
    BufferPool(int longLength, int longKeptMax) {
        this.longLength = longLength;
        this.longKeptMax = longKeptMax;
    }

    /**
     * Takes an array.
     *
     * @param least how long it must be
     * @return of the shortest length that does, or of just this length when all are too short; its content is undefined
     */
    byte[] take(int least) {
        int length = lengthFor(least);
        synchronized (free) {
            ArrayDeque<byte[]> kept = free.get(length);
            byte[] found = kept == null ? null : kept.pollFirst();
            if (found != null) {
                shortBytesKept -= length < longLength ? length : 0;
                return found;
            }
        }
        return new byte[length];
    }

    private int lengthFor(int least) {
        if (least >= longLength) {
            return least;
        }
        int power = Math.max(LENGTH_MIN, Integer.highestOneBit(Math.max(1, least - 1)) << 1);
        return Math.min(power, longLength);
    }

    /**
     * Gives an array back; one of another length than the pool has is left to the collector.
     *
     * @param buffer nobody uses it any more
     */
    void give(byte[] buffer) {
        if (buffer.length == 0 || buffer.length > longLength || lengthFor(buffer.length) != buffer.length) {
            return;
        }
        boolean isLong = buffer.length == longLength;
        synchronized (free) {
            ArrayDeque<byte[]> kept = free.computeIfAbsent(buffer.length, _ -> new ArrayDeque<>());
            if (isLong ? kept.size() < longKeptMax : shortBytesKept + buffer.length <= SHORT_BYTES_KEPT_MAX) {
                kept.addFirst(buffer);
                shortBytesKept += isLong ? 0 : buffer.length;
            }
        }
    }
}
