package io.holdfast.nbd.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads ahead, so that a header and the payload behind it mostly cost one system call. For one thread.
 *
 * <p>Invariant: {@code ahead} holds, between position and limit, what was received and not consumed.
 */
public final class WireInput {

    private final Transport transport;
    private final ByteBuffer ahead;

    /**
     * Begins with nothing read.
     *
     * @param transport where from
     * @param aheadBytes most bytes read ahead
     */
    public WireInput(Transport transport, int aheadBytes) {
        this.transport = transport;
        this.ahead = ByteBuffer.allocateDirect(aheadBytes).limit(0);
    }

    /**
     * Continues where another input stopped.
     *
     * @param other not to be used any more
     * @param aheadBytes at least what the other may have read ahead
     */
    public WireInput(WireInput other, int aheadBytes) {
        this.transport = other.transport;
        this.ahead = ByteBuffer.allocateDirect(aheadBytes).put(other.ahead).flip();
    }

    /**
     * Waits for bytes.
     *
     * @param bytes at most what is read ahead
     * @return false when the stream ended with nothing left to consume
     * @throws EOFException when it ended with some bytes, but too few
     */
    public boolean await(int bytes) throws IOException {
        while (ahead.remaining() < bytes) {
            ahead.compact();
            int count;
            try {
                count = transport.read(ahead);
            } finally {
                ahead.flip();
            }
            if (count < 0) {
                if (ahead.hasRemaining()) {
                    throw new EOFException("the stream ended after " + ahead.remaining() + " of " + bytes + " bytes");
                }
                return false;
            }
        }
        return true;
    }

    /** Waits for bytes that must come. */
    public void require(int bytes) throws IOException {
        if (!await(bytes)) {
            throw new EOFException("the stream ended where " + bytes + " bytes were due");
        }
    }

    /** The next two bytes, unsigned; they must have been awaited. */
    public int takeShort() {
        return Short.toUnsignedInt(ahead.getShort());
    }

    /** The next four bytes; they must have been awaited. */
    public int takeInt() {
        return ahead.getInt();
    }

    /** The next eight bytes; they must have been awaited. */
    public long takeLong() {
        return ahead.getLong();
    }

    /** Fills a buffer to its limit. */
    public void read(ByteBuffer target) throws IOException {
        while (true) {
            takeInto(target);
            if (!target.hasRemaining()) {
                return;
            }
            require(1);
        }
    }

    /** Moves what is read ahead, but no more than there is room for; waits for nothing. */
    public void takeInto(ByteBuffer target) {
        int count = Math.min(ahead.remaining(), target.remaining());
        target.put(target.position(), ahead, ahead.position(), count);
        target.position(target.position() + count);
        ahead.position(ahead.position() + count);
    }

    /** Reads that many bytes into a new array; the caller has checked the length. */
    public byte[] readBytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        read(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** Reads so many bytes, all of them, and drops them. */
    public void discard(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            require(1);
            int count = (int) Math.min(left, ahead.remaining());
            ahead.position(ahead.position() + count);
            left -= count;
        }
    }

    /** Tells whether the peer has sent more than was consumed. */
    public boolean hasAhead() {
        return ahead.hasRemaining();
    }
}
