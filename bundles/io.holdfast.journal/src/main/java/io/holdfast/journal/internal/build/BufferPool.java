package io.holdfast.journal.internal.build;

import java.util.ArrayDeque;

/**
 * Keeps arrays of two lengths for the next use, so that the collector sees none of them come and go: long ones for a machine that writes much, short
 * ones for one that trickles, of which there may be thousands. They lie on the heap: the ciphers of the JDK are two to three times as fast from and
 * to arrays as from and to memory outside. Thread-safe.
 */
final class BufferPool {

    private final int shortLength;
    private final int longLength;
    private final int keptMax;
    private final ArrayDeque<byte[]> shortOnes = new ArrayDeque<>();
    private final ArrayDeque<byte[]> longOnes = new ArrayDeque<>();

    /**
     * Makes an empty pool.
     *
     * @param shortLength of one kind of arrays
     * @param longLength of the other kind, not below the first
     * @param keptMax how many of each kind it keeps at most
     */
    BufferPool(int shortLength, int longLength, int keptMax) {
        this.shortLength = shortLength;
        this.longLength = longLength;
        this.keptMax = keptMax;
    }

    /**
     * Takes an array.
     *
     * @param least how long it must be
     * @return of the short length when that does, else of the long one, or of just this length when both are too short; its content is undefined
     */
    byte[] take(int least) {
        if (least > longLength) {
            return new byte[least];
        }
        int length = least <= shortLength ? shortLength : longLength;
        synchronized (longOnes) {
            byte[] kept = ofLength(length).pollFirst();
            if (kept != null) {
                return kept;
            }
        }
        return new byte[length];
    }

    /**
     * Gives an array back; one of another length than the two is left to the collector.
     *
     * @param buffer nobody uses it any more
     */
    void give(byte[] buffer) {
        if (buffer.length != shortLength && buffer.length != longLength) {
            return;
        }
        synchronized (longOnes) {
            ArrayDeque<byte[]> free = ofLength(buffer.length);
            if (free.size() < keptMax) {
                free.addFirst(buffer);
            }
        }
    }

    private ArrayDeque<byte[]> ofLength(int length) {
        return length == shortLength ? shortOnes : longOnes;
    }
}
