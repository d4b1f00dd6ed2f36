package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Reads fields of one payload whose checksum was right. Trusts no length and no count nevertheless: a peer can checksum anything. */
final class PayloadReader {

    private final ByteBuffer bytes;

    PayloadReader(ByteBuffer payload) {
        bytes = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    static HoldfastException corrupt(String found) {
        return new HoldfastException(ErrorCode.PROTOCOL_ERROR, "frame", found);
    }

    int u8() {
        return need(Byte.BYTES).get() & 0xFF;
    }

    int u16() {
        return need(Short.BYTES).getShort() & 0xFFFF;
    }

    /** Reads a 32-bit count or number that must be below 2³¹. */
    int u31() {
        int value = need(Integer.BYTES).getInt();
        if (value < 0) {
            throw corrupt(
                    "number " + Integer.toUnsignedString(value) + " in the payload; expected less than 2147483648");
        }
        return value;
    }

    long i64() {
        return need(Long.BYTES).getLong();
    }

    UUID uuid() {
        return new UUID(Long.reverseBytes(i64()), Long.reverseBytes(i64()));
    }

    /** Skips reserved bytes. */
    void zeroes(int count) {
        for (int i = 0; i < count; i++) {
            int value = u8();
            if (value != 0) {
                throw corrupt("reserved byte is " + value + "; expected 0");
            }
        }
    }

    String text(int charactersMax) {
        int length = u16();
        if (length > 3 * charactersMax) {
            throw corrupt("text of " + length + " bytes; expected at most " + 3 * charactersMax);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(data(length)).toString();
        } catch (CharacterCodingException _) {
            throw corrupt("text of " + length + " bytes that is not UTF-8");
        }
    }

    /** Gives a view of the next bytes. */
    ByteBuffer data(long length) {
        ByteBuffer view = need(length).slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return view;
    }

    ByteBuffer rest() {
        return data(bytes.remaining());
    }

    int remaining() {
        return bytes.remaining();
    }

    void end() {
        if (bytes.hasRemaining()) {
            throw corrupt(bytes.remaining() + " bytes after the last field; expected none");
        }
    }

    private ByteBuffer need(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw corrupt("payload ends " + (length - bytes.remaining()) + " bytes too early");
        }
        return bytes;
    }
}
