package io.holdfast.blob;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What counts in an {@link ObjectLog}: files by name, and objects that count no more and are not deleted yet. Changed by each object in the order of
 * the numbers.
 */
final class LogContents {

    private final Map<String, StoredFile> files = new LinkedHashMap<>();
    private final List<Long> dead = new ArrayList<>();

    List<StoredFile> files() {
        return List.copyOf(files.values());
    }

    List<Long> dead() {
        return List.copyOf(dead);
    }

    void put(StoredFile file) {
        StoredFile before = files.put(file.name(), file);
        if (before != null) {
            dead.add(before.number());
        }
    }

    void remove(List<Long> numbers) {
        files.values().removeIf(file -> numbers.contains(file.number()));
        dead.addAll(numbers);
    }

    /** After a manifest the objects that the one before it called dead are forgotten; the caller deletes them. */
    void forget(List<Long> deleted) {
        dead.removeAll(deleted);
    }

    /** Manifest: u32 count of files, each u64 number, u64 bytes, 32 SHA-256, u8 length of the name, name; u32 count of dead objects, u64 each. */
    byte[] encode() {
        int length = 2 * Integer.BYTES + dead.size() * Long.BYTES;
        for (StoredFile file : files.values()) {
            length += 2 * Long.BYTES + 32 + 1 + file.name().length();
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(files.size());
        for (StoredFile file : files.values()) {
            bytes.putLong(file.number())
                    .putLong(file.bytes())
                    .put(HexFormat.of().parseHex(file.sha256()))
                    .put((byte) file.name().length())
                    .put(file.name().getBytes(StandardCharsets.US_ASCII));
        }
        bytes.putInt(dead.size());
        dead.forEach(bytes::putLong);
        return bytes.array();
    }

    static LogContents decode(byte[] manifest) {
        ByteBuffer bytes = ByteBuffer.wrap(manifest).order(ByteOrder.LITTLE_ENDIAN);
        LogContents contents = new LogContents();
        int count = bytes.getInt();
        for (int index = 0; index < count; index++) {
            long number = bytes.getLong();
            long length = bytes.getLong();
            byte[] digest = new byte[32];
            bytes.get(digest);
            byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
            bytes.get(name);
            String text = new String(name, StandardCharsets.US_ASCII);
            contents.files.put(
                    text, new StoredFile(text, number, length, HexFormat.of().formatHex(digest)));
        }
        contents.dead.addAll(numbers(bytes));
        return contents;
    }

    /** Removal: u32 count, u64 each. */
    static byte[] encodeNumbers(List<Long> numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + numbers.size() * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(numbers.size());
        numbers.forEach(bytes::putLong);
        return bytes.array();
    }

    static List<Long> numbers(ByteBuffer bytes) {
        List<Long> numbers = new ArrayList<>();
        int count = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt();
        for (int index = 0; index < count; index++) {
            numbers.add(bytes.getLong());
        }
        return numbers;
    }
}
