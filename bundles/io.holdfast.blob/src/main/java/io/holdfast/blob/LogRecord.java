package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The footer of an object in an {@link ObjectLog}, its last {@link #BYTES} bytes, little-endian: u32 CRC-32C of bytes 4 to 256, u32 magic "HFB1", u16
 * version, u8 kind, u8 length of the name, u32 zero, 16 bytes machine, u64 number, u64 length of the content, 16 bytes writer, 32 bytes SHA-256 of the
 * content, name, zeroes.
 *
 * @param kind what the content is
 * @param machine whose
 * @param number of the object
 * @param length bytes of content
 * @param writer who created it
 * @param sha256 of the content, as hexadecimal digits
 * @param name of a file, empty for the other kinds
 */
record LogRecord(Kind kind, MachineId machine, long number, long length, UUID writer, String sha256, String name) {

    static final int BYTES = 256;
    static final int NAME_BYTES_MAX = 128;

    private static final int MAGIC = 0x31424648;
    private static final int VERSION = 1;
    private static final int NAME_AT = 96;
    private static final int SHA_AT = 64;

    /** What an object is; the number in the footer is the ordinal, so the order stays. */
    enum Kind {
        /** A file under a name. */
        FILE,
        /** Numbers of files that count no more. */
        REMOVAL,
        /** Nothing: its writer has taken the machine over. */
        FENCE,
        /** Everything that counts. */
        MANIFEST
    }

    byte[] encode() {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4, MAGIC)
                .putShort(8, (short) VERSION)
                .put(10, (byte) kind.ordinal())
                .put(11, (byte) text.length);
        putId(bytes, 16, machine.value());
        bytes.putLong(32, number).putLong(40, length);
        putId(bytes, 48, writer);
        bytes.put(SHA_AT, HexFormat.of().parseHex(sha256)).put(NAME_AT, text);
        return bytes.putInt(0, crc(bytes.array())).array();
    }

    static LogRecord decode(BlobName object, byte[] footer) {
        ByteBuffer bytes = ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN);
        int kind = bytes.get(10);
        int nameLength = Byte.toUnsignedInt(bytes.get(11));
        boolean right = bytes.getInt(4) == MAGIC
                && bytes.getInt(0) == crc(footer)
                && kind >= 0
                && kind < Kind.values().length
                && nameLength <= NAME_BYTES_MAX;
        if (right && bytes.getShort(8) != VERSION) {
            throw new HoldfastException(
                    ErrorCode.VERSION_UNSUPPORTED,
                    "object " + object,
                    "has version " + bytes.getShort(8) + "; expected " + VERSION);
        }
        LogRecord found = !right
                ? null
                : new LogRecord(
                        Kind.values()[kind],
                        new MachineId(getId(bytes, 16)),
                        bytes.getLong(32),
                        bytes.getLong(40),
                        getId(bytes, 48),
                        HexFormat.of().formatHex(footer, SHA_AT, SHA_AT + 32),
                        new String(footer, NAME_AT, nameLength, StandardCharsets.US_ASCII));
        if (found == null || !found.machine.equals(object.machine()) || found.number != object.number()) {
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED, "object " + object, "does not end with its own footer");
        }
        return found;
    }

    private static int crc(byte[] footer) {
        CRC32C crc = new CRC32C();
        crc.update(Arrays.copyOfRange(footer, 4, BYTES));
        return (int) crc.getValue();
    }

    private static void putId(ByteBuffer bytes, int at, UUID id) {
        bytes.putLong(at, Long.reverseBytes(id.getMostSignificantBits()))
                .putLong(at + 8, Long.reverseBytes(id.getLeastSignificantBits()));
    }

    private static UUID getId(ByteBuffer bytes, int at) {
        return new UUID(Long.reverseBytes(bytes.getLong(at)), Long.reverseBytes(bytes.getLong(at + 8)));
    }
}
