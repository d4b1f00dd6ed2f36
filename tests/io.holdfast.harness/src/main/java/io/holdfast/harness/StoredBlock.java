package io.holdfast.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The clear header of a block as it lies in a recovery store, read by {@code docs/formats/batch.md} alone: no code of the store is used, and
 * it does not matter in which file, or behind which committed end, a block lies.
 *
 * @param epoch the epoch that it belongs to
 * @param opening whether it opens that epoch; else it is a batch
 * @param number of the block
 * @param firstSequence first sequence in it
 * @param sequenceCount how many sequences it has
 * @param digest of the header; with the epoch it makes the key of the batch
 * @param sealed SHA-256 of what is encrypted under that key, frame 0 on
 */
public record StoredBlock(
        long epoch, boolean opening, long number, long firstSequence, int sequenceCount, String digest, String sealed) {

    private static final int PREFIX_BYTES = 192;
    private static final int MAGIC_OFFSET = 4;
    private static final int MAGIC = 0x31424648;
    private static final int SECTIONS_CRC_OFFSET = 176;
    private static final int EPOCH_KIND = 2;
    private static final int TABLE_CRC_BYTES = 4;
    private static final int FRAME_ENTRY_BYTES = 8;

    /** Finds every whole block below a folder, the same one as often as it lies there. */
    public static List<StoredBlock> findAll(Path folder) throws IOException {
        List<StoredBlock> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file)) {
                    ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
                    find(bytes.order(ByteOrder.LITTLE_ENDIAN), found);
                }
            }
        }
        return List.copyOf(found);
    }

    private static void find(ByteBuffer bytes, List<StoredBlock> found) {
        for (int at = 0; at + PREFIX_BYTES <= bytes.limit(); at++) {
            if (bytes.getInt(at + MAGIC_OFFSET) == MAGIC && isWhole(bytes, at)) {
                found.add(read(bytes, at));
            }
        }
    }

    private static boolean isWhole(ByteBuffer bytes, int at) {
        int headerLength = bytes.getInt(at + 12);
        int blockLength = bytes.getInt(at + 16);
        return bytes.getInt(at) == crc(bytes, at + MAGIC_OFFSET, PREFIX_BYTES - MAGIC_OFFSET)
                && headerLength >= PREFIX_BYTES
                && blockLength >= headerLength
                && at + (long) blockLength <= bytes.limit()
                && bytes.getInt(at + SECTIONS_CRC_OFFSET) == crc(bytes, at + PREFIX_BYTES, headerLength - PREFIX_BYTES);
    }

    private static StoredBlock read(ByteBuffer bytes, int at) {
        int headerLength = bytes.getInt(at + 12);
        int blockLength = bytes.getInt(at + 16);
        boolean opening = bytes.get(at + 10) == EPOCH_KIND;
        int framesAt =
                opening ? blockLength : headerLength + bytes.getInt(at + 140) * FRAME_ENTRY_BYTES + TABLE_CRC_BYTES;
        return new StoredBlock(
                bytes.getLong(at + 48),
                opening,
                bytes.getLong(at + 56),
                bytes.getLong(at + 64),
                bytes.getInt(at + 72),
                sha256(bytes.slice(at, headerLength)),
                sha256(bytes.slice(at + framesAt, Math.max(0, blockLength - framesAt))));
    }

    private static int crc(ByteBuffer bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(from, length));
        return (int) crc.getValue();
    }

    private static String sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
