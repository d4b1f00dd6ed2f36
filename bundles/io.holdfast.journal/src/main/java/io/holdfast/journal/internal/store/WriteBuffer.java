package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Collects what goes to a file one behind the other, and writes it in large pieces that start and end at multiples of 4 KiB as long as the first
 * one starts there. Used by the writer alone.
 */
final class WriteBuffer {

    private static final int BYTES = 4 << 20;
    private static final int ALIGNMENT_BYTES = 4096;

    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /** Adds bytes that belong at a position; what was added before them lies right before it. */
    void add(StoreFile file, long position, ByteBuffer source) throws IOException {
        if (buffer.capacity() == 0) {
            buffer = ByteBuffer.allocateDirect(BYTES + ALIGNMENT_BYTES)
                    .alignedSlice(ALIGNMENT_BYTES)
                    .limit(BYTES);
        }
        long at = position;
        while (source.hasRemaining()) {
            int length = Math.min(source.remaining(), buffer.remaining());
            buffer.put(source.slice(source.position(), length));
            source.position(source.position() + length);
            at += length;
            if (!buffer.hasRemaining()) {
                flush(file, at);
            }
        }
    }

    /** Writes what was collected; it ends at a position. */
    void flush(StoreFile file, long end) throws IOException {
        int length = buffer.position();
        if (length > 0) {
            buffer.flip();
            try {
                file.write(end - length, buffer);
            } finally {
                clear();
            }
        }
    }

    /** Forgets what was collected. */
    void clear() {
        if (buffer.capacity() > 0) {
            buffer.clear().limit(BYTES);
        }
    }
}
