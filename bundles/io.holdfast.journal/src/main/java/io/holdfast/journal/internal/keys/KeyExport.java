package io.holdfast.journal.internal.keys;

import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * All key files of a node in one file: an envelope of magic {@code HFE1} around u16 flags (bit 0: the store key needs no passphrase once it is
 * restored), u16 count of files, and for each u16 length of its name, name, u32 length, bytes.
 *
 * @param clearWhenRestored whether the store key lay in clear where the export was made
 * @param files by name
 */
public record KeyExport(boolean clearWhenRestored, Map<String, byte[]> files) {

    private static final int MAGIC = 0x31454648;
    private static final int BYTES_MAX = 64 << 20;
    private static final int COUNT_MAX = 0xFFFF;
    private static final int NAME_BYTES_MAX = 100;
    private static final String WHAT = "the export";

    public KeyExport {
        files = new TreeMap<>(files);
    }

    /**
     * Writes the export.
     *
     * @return all of it
     */
    public byte[] encode() {
        int length = 4
                + files.entrySet().stream()
                        .mapToInt(file -> 6 + file.getKey().length() + file.getValue().length)
                        .sum();
        ByteBuffer body = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        body.putShort((short) (clearWhenRestored ? 1 : 0)).putShort((short) files.size());
        files.forEach((name, content) -> body.putShort((short) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(content.length)
                .put(content));
        return Envelope.wrap(MAGIC, body.array());
    }

    /**
     * Tells whether these bytes claim to be an export.
     *
     * @param content all of it
     * @return true when the magic number is there
     */
    public static boolean isOne(byte[] content) {
        return content.length > Envelope.HEAD_BYTES
                && ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES) == MAGIC;
    }

    /**
     * Reads an export.
     *
     * @param content all of it
     * @return what is in it
     * @throws DamagedException when it is damaged or of a newer format
     */
    public static KeyExport decode(byte[] content) throws DamagedException {
        ByteBuffer body = Envelope.open(WHAT, ByteBuffer.wrap(content), MAGIC, BYTES_MAX);
        try {
            int flags = body.getShort();
            int count = body.getShort() & COUNT_MAX;
            Map<String, byte[]> files = new TreeMap<>();
            for (int index = 0; index < count; index++) {
                String name = new String(take(body, body.getShort(), NAME_BYTES_MAX), StandardCharsets.US_ASCII);
                files.put(name, take(body, body.getInt(), MachineKeyFile.BYTES_MAX));
            }
            if (flags > 1 || flags < 0 || body.hasRemaining()) {
                throw DamagedException.damaged(WHAT + " has more than its counts say");
            }
            return new KeyExport(flags == 1, files);
        } catch (BufferUnderflowException e) {
            throw DamagedException.damaged(WHAT + " has less than its counts say");
        }
    }

    private static byte[] take(ByteBuffer body, int length, int most) throws DamagedException {
        if (length < 0 || length > most) {
            throw DamagedException.damaged(WHAT + " has a field of " + length + "; expected at most " + most);
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }
}
