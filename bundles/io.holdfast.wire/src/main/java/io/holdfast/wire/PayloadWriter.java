package io.holdfast.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes fields into a gather list. Small pieces are collected in chunks of its own; large data is referred to in place and never
 * copied.
 */
final class PayloadWriter {

    /** Data below this is copied: a part of its own costs more than the copy. */
    static final int INLINE_BYTES_MAX = 2048;

    private static final int FIRST_CHUNK_BYTES = 256;
    private static final int CHUNK_BYTES_MAX = 64 << 10;

    private final List<ByteBuffer> parts = new ArrayList<>();
    private ByteBuffer chunk;
    private int cutAt;

    PayloadWriter() {
        chunk = newChunk(FIRST_CHUNK_BYTES);
    }

    PayloadWriter u8(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    PayloadWriter u16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    PayloadWriter u32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    PayloadWriter i64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /** Writes the sixteen bytes in the order in which their text form shows them. */
    PayloadWriter uuid(UUID value) {
        return i64(Long.reverseBytes(value.getMostSignificantBits()))
                .i64(Long.reverseBytes(value.getLeastSignificantBits()));
    }

    PayloadWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u16(bytes.length);
        room(bytes.length).put(bytes);
        return this;
    }

    PayloadWriter data(ByteBuffer data) {
        if (data.remaining() < INLINE_BYTES_MAX) {
            room(data.remaining()).put(data.duplicate());
        } else {
            cut();
            parts.add(data.duplicate());
        }
        return this;
    }

    /** Ends the writing and gives what was written, ready to be read. */
    List<ByteBuffer> finish() {
        cut();
        return parts;
    }

    private ByteBuffer room(int bytes) {
        if (chunk.remaining() < bytes) {
            cut();
            chunk = newChunk(Math.max(bytes, Math.min(CHUNK_BYTES_MAX, 4 * chunk.capacity())));
            cutAt = 0;
        }
        return chunk;
    }

    private static ByteBuffer newChunk(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void cut() {
        if (chunk.position() > cutAt) {
            parts.add(chunk.slice(cutAt, chunk.position() - cutAt));
            cutAt = chunk.position();
        }
    }
}
