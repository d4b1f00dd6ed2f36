package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The frame around every small record of a store; all integers little-endian.
 *
 * <pre>
 * offset size field
 *      0    4 crc      CRC-32C of [4, 16 + length)
 *      4    4 magic    says what it is
 *      8    2 version
 *     10    2 reserved zero
 *     12    4 length   of the body
 *     16    . body
 * </pre>
 */
public final class Envelope {

    /** Bytes before the body. */
    public static final int HEAD_BYTES = 16;

    /** Every version so far. */
    public static final int VERSION = 1;

    private static final int MAGIC_AT = 4;
    private static final int VERSION_AT = 8;
    private static final int RESERVED_AT = 10;
    private static final int LENGTH_AT = 12;

    private Envelope() {}

    /**
     * Puts a body into a frame.
     *
     * @param magic says what it is
     * @param body what it says
     * @return frame and body
     */
    public static byte[] wrap(int magic, byte[] body) {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC_AT, magic)
                .putShort(VERSION_AT, (short) VERSION)
                .putInt(LENGTH_AT, body.length)
                .put(HEAD_BYTES, body);
        return bytes.putInt(0, Checksums.crc32c(bytes, MAGIC_AT, HEAD_BYTES + body.length))
                .array();
    }

    /**
     * Tells how long a record is, before its checksum can be checked.
     *
     * @param what names it in errors
     * @param source starts with the record at its position, which stays; at least the frame
     * @param magic says what it must be
     * @param bodyMax the longest body it may have
     * @return bytes of frame and body
     * @throws DamagedException when it is no such record
     */
    public static int length(String what, ByteBuffer source, int magic, int bodyMax) throws DamagedException {
        if (source.remaining() < HEAD_BYTES) {
            throw DamagedException.damaged(
                    what + " has " + source.remaining() + " bytes; expected at least " + HEAD_BYTES);
        }
        ByteBuffer head = source.slice(source.position(), HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (head.getInt(MAGIC_AT) != magic) {
            throw DamagedException.damaged(what + " does not start with its magic number");
        }
        int length = head.getInt(LENGTH_AT);
        if (length < 0 || length > bodyMax) {
            throw DamagedException.damaged(what + " claims " + length + " bytes; expected at most " + bodyMax);
        }
        return HEAD_BYTES + length;
    }

    /**
     * Takes a body out of its frame.
     *
     * @param what names it in errors
     * @param source starts with the record at its position, which stays
     * @param magic says what it must be
     * @param bodyMax the longest body it may have
     * @return the body, little-endian, position 0
     * @throws DamagedException when it is no such record
     */
    public static ByteBuffer open(String what, ByteBuffer source, int magic, int bodyMax) throws DamagedException {
        int length = length(what, source, magic, bodyMax);
        if (source.remaining() < length) {
            throw DamagedException.damaged(what + " is cut: " + source.remaining() + " of " + length + " bytes");
        }
        ByteBuffer bytes = source.slice(source.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        if (Checksums.crc32c(bytes, MAGIC_AT, length) != bytes.getInt(0)) {
            throw DamagedException.damaged("the checksum of " + what + " does not match");
        }
        if (bytes.getShort(VERSION_AT) != VERSION) {
            throw DamagedException.newer(what, bytes.getShort(VERSION_AT), VERSION);
        }
        if (bytes.getShort(RESERVED_AT) != 0) {
            throw DamagedException.damaged("a reserved word of " + what + " is not zero");
        }
        return bytes.slice(HEAD_BYTES, length - HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
