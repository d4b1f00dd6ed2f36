package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the replies of the transmission phase, each message whole. Thread-safe.
 *
 * <p>Success without data goes as a simple reply, which is shorter and always allowed; errors go structured where that was agreed, since
 * they can then say why.
 */
final class Replies {

    /** Bytes in front of the data that {@link #data} sends. */
    static final int DATA_HEADER_BYTES = Protocol.CHUNK_HEADER_BYTES + Long.BYTES;

    private static final int MESSAGE_BYTES_MAX = 1024;
    private static final int SMALL_BYTES = 2048;

    private final Transport transport;
    private final boolean structured;
    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer small = ByteBuffer.allocateDirect(SMALL_BYTES);

    Replies(Transport transport, boolean structured) {
        this.transport = transport;
        this.structured = structured;
    }

    boolean structured() {
        return structured;
    }

    /** Answers a request that succeeded and returns nothing. */
    void done(long cookie) throws IOException {
        simple(cookie, 0);
    }

    /** Answers a request that failed. */
    void error(long cookie, NbdError error, String message) throws IOException {
        if (!structured) {
            simple(cookie, error.code());
            return;
        }
        byte[] text = Strings.encode(message, MESSAGE_BYTES_MAX);
        writing.lock();
        try {
            small.clear();
            chunkHeader(small, true, Protocol.REPLY_ERROR, cookie, Integer.BYTES + Short.BYTES + text.length);
            small.putInt(error.code()).putShort((short) text.length).put(text);
            transport.write(small.flip());
        } finally {
            writing.unlock();
        }
    }

    private void simple(long cookie, int error) throws IOException {
        writing.lock();
        try {
            small.clear();
            small.putInt(Protocol.SIMPLE_REPLY_MAGIC).putInt(error).putLong(cookie);
            transport.write(small.flip());
        } finally {
            writing.unlock();
        }
    }

    /** Ends a structured reply that has no further chunk. */
    void none(long cookie) throws IOException {
        writing.lock();
        try {
            small.clear();
            chunkHeader(small, true, Protocol.REPLY_NONE, cookie, 0);
            transport.write(small.flip());
        } finally {
            writing.unlock();
        }
    }

    /** Says that a range reads as zeroes. */
    void hole(long cookie, long offset, int length, boolean last) throws IOException {
        writing.lock();
        try {
            small.clear();
            chunkHeader(small, last, Protocol.REPLY_OFFSET_HOLE, cookie, Long.BYTES + Integer.BYTES);
            small.putLong(offset).putInt(length);
            transport.write(small.flip());
        } finally {
            writing.unlock();
        }
    }

    /**
     * Sends content in one write.
     *
     * @param message {@link #DATA_HEADER_BYTES} of room for the header from 0 on, then the data up to the limit
     */
    void data(long cookie, long offset, ByteBuffer message, boolean last) throws IOException {
        int bytes = message.limit() - DATA_HEADER_BYTES;
        if (structured) {
            message.position(0);
            chunkHeader(message, last, Protocol.REPLY_OFFSET_DATA, cookie, Long.BYTES + bytes);
            message.putLong(offset).position(0);
        } else {
            message.position(DATA_HEADER_BYTES - Protocol.SIMPLE_REPLY_BYTES);
            message.putInt(Protocol.SIMPLE_REPLY_MAGIC).putInt(0).putLong(cookie);
            message.position(DATA_HEADER_BYTES - Protocol.SIMPLE_REPLY_BYTES);
        }
        writing.lock();
        try {
            transport.write(message);
        } finally {
            writing.unlock();
        }
    }

    /** Sends one chunk of a structured reply. */
    void chunk(long cookie, int type, boolean last, ByteBuffer payload) throws IOException {
        writing.lock();
        try {
            small.clear();
            chunkHeader(small, last, type, cookie, payload.remaining());
            transport.write(small.flip(), payload);
        } finally {
            writing.unlock();
        }
    }

    private static void chunkHeader(ByteBuffer target, boolean last, int type, long cookie, int length) {
        target.putInt(Protocol.STRUCTURED_REPLY_MAGIC)
                .putShort((short) (last ? Protocol.REPLY_FLAG_DONE : 0))
                .putShort((short) type)
                .putLong(cookie)
                .putInt(length);
    }
}
