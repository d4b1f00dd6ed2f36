package io.holdfast.journal.internal.build;

import java.util.ArrayDeque;

/**
 * Keeps large arrays for the next use, so that the collector sees none of them come and go. They lie on the heap: the ciphers of the JDK are two
 * to three times as fast from and to arrays as from and to memory outside. Thread-safe.
 */
final class BufferPool {

    private final int length;
    private final int keptMax;
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();

    /**
     * Makes an empty pool.
     *
     * @param length of the arrays it gives
     * @param keptMax how many it keeps at most
     */
    BufferPool(int length, int keptMax) {
        this.length = length;
        this.keptMax = keptMax;
    }

    /**
     * Takes an array.
     *
     * @param least how long it must be
     * @return of the pool's length, or longer when that is too short; its content is undefined
     */
    byte[] take(int least) {
        if (least > length) {
            return new byte[least];
        }
        synchronized (free) {
            byte[] kept = free.pollFirst();
            if (kept != null) {
                return kept;
            }
        }
        return new byte[length];
    }

    /**
     * Gives an array back.
     *
     * @param buffer nobody uses it any more
     */
    void give(byte[] buffer) {
        synchronized (free) {
            if (buffer.length == length && free.size() < keptMax) {
                free.addFirst(buffer);
            }
        }
    }
}
