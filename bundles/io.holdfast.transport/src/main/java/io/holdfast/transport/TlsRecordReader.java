package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds whole TLS records in bytes that arrive cut anywhere. A record that arrived whole is a view of what arrived; only one that is in
 * parts is copied, into a buffer of its checked length.
 */
final class TlsRecordReader {

    /** RFC 8446, 5.1. */
    static final int HEADER_BYTES = 5;

    /** RFC 8446, 5.2: 2¹⁴ bytes of plaintext and at most 256 more for type, padding and tag. */
    static final int BODY_BYTES_MAX = (1 << 14) + 256;

    private static final int LENGTH_OFFSET = 3;
    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 23;
    private static final int MAJOR_VERSION = 3;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    private @Nullable ByteBuffer partial;

    /**
     * Gives the next whole record.
     *
     * @param arrived its position moves over what was used
     * @return header and body of one record; nothing when the bytes end before it does, in which case all were used
     * @throws HoldfastException with {@link ErrorCode#PROTOCOL_ERROR} as soon as the header can be no record of TLS 1.3
     */
    @Nullable
    ByteBuffer next(ByteBuffer arrived) {
        ByteBuffer record = partial;
        if (record == null && header.position() == 0 && arrived.remaining() >= HEADER_BYTES) {
            int recordBytes = recordBytes(arrived, arrived.position());
            if (recordBytes <= arrived.remaining()) {
                ByteBuffer whole = arrived.slice(arrived.position(), recordBytes);
                arrived.position(arrived.position() + recordBytes);
                return whole;
            }
        }
        if (record == null) {
            move(arrived, header);
            if (header.hasRemaining()) {
                return null;
            }
            record = ByteBuffer.allocate(recordBytes(header, 0)).put(header.flip());
            header.clear();
            partial = record;
        }
        move(arrived, record);
        if (record.hasRemaining()) {
            return null;
        }
        partial = null;
        return record.flip();
    }

    private static int recordBytes(ByteBuffer bytes, int at) {
        int type = bytes.get(at) & 0xFF;
        int major = bytes.get(at + 1) & 0xFF;
        if (type < FIRST_TYPE || type > LAST_TYPE || major != MAJOR_VERSION) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR, "connection", "what arrived is no TLS; expected TLS 1.3");
        }
        int bodyBytes = (bytes.get(at + LENGTH_OFFSET) & 0xFF) << 8 | bytes.get(at + LENGTH_OFFSET + 1) & 0xFF;
        if (bodyBytes > BODY_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "connection",
                    "TLS record of " + bodyBytes + " bytes; expected at most " + BODY_BYTES_MAX);
        }
        return HEADER_BYTES + bodyBytes;
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), count);
        to.position(to.position() + count);
        from.position(from.position() + count);
    }
}
