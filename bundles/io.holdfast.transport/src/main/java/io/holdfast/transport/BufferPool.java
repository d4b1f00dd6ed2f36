package io.holdfast.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers of one size for bytes in transit, so that moving data does not fill the heap with large short-lived arrays. Keeps a bounded
 * number; what is taken beyond that is garbage when it is given back. Thread-safe.
 */
final class BufferPool {

    /** Sixteen full TLS records and the room that an {@link javax.net.ssl.SSLEngine} insists on for one more. */
    static final int BUFFER_BYTES = 272 << 10;

    private static final int KEPT_MAX = 32;

    private final Deque<byte[]> kept = new ArrayDeque<>(KEPT_MAX);

    /** Takes a buffer; its content is whatever was left in it. */
    ByteBuffer take() {
        byte[] array;
        synchronized (kept) {
            array = kept.pollLast();
        }
        return ByteBuffer.wrap(array == null ? new byte[BUFFER_BYTES] : array);
    }

    /** Gives a buffer back, or a view of one. Buffers of another size are let go. Nobody may use it, or another view of it, afterwards. */
    void giveBack(ByteBuffer buffer) {
        if (!buffer.hasArray() || buffer.array().length != BUFFER_BYTES) {
            return;
        }
        synchronized (kept) {
            if (kept.size() < KEPT_MAX) {
                kept.addLast(buffer.array());
            }
        }
    }
}
