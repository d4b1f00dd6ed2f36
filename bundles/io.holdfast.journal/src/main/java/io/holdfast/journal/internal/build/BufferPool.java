package io.holdfast.journal.internal.build;

import java.util.ArrayDeque;

/** Keeps a few large arrays for the next use. Thread-safe. */
final class BufferPool {

    private static final int KEPT_MAX = 8;

    private final int length;
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();

    BufferPool(int length) {
        this.length = length;
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
            return kept != null ? kept : new byte[length];
        }
    }

    /**
     * Gives an array back.
     *
     * @param buffer nobody uses it any more
     */
    void give(byte[] buffer) {
        synchronized (free) {
            if (buffer.length == length && free.size() < KEPT_MAX) {
                free.addFirst(buffer);
            }
        }
    }
}
