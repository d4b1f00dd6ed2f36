package io.holdfast.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** The disk that is protected: a raw image of 1 GiB, and what is written to it from round to round. The same in every run. */
final class RivalImage {

    static final long BYTES = 1L << 30;

    private static final int PART_BYTES = 64 << 20;
    private static final int PARTS = (int) (BYTES / PART_BYTES);
    private static final int TEXT_PARTS = 5;
    private static final int DATABASE_PARTS = 5;
    private static final int RANDOM_PARTS = 2;
    private static final int LARGE_BYTES = 64 << 10;
    private static final int SMALL_BYTES = 16 << 10;
    private static final int LARGE_WRITES = 256;
    private static final int SMALL_WRITES = 615;
    private static final int TINY_BYTES = 4096;

    /** Small writes keep to a part of the disk, as those of a database do. */
    private static final long HOT_FROM = 5L * PART_BYTES;

    private static final long HOT_BYTES = 4L * PART_BYTES;
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path file;

    /**
     * One write of the guest.
     *
     * @param offset where, a multiple of its length
     * @param data what
     */
    record Write(long offset, byte[] data) {}

    private RivalImage(Path file) {
        this.file = file;
    }

    /** Makes the image: a third of it text, a third pages of a database, an eighth that does not shrink, the rest zeroes. */
    static RivalImage create(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            append(channel, IngestData.TEXT, TEXT_PARTS);
            append(channel, IngestData.DATABASE, DATABASE_PARTS);
            append(channel, IngestData.RANDOM, RANDOM_PARTS);
            append(channel, IngestData.ZERO, PARTS - TEXT_PARTS - DATABASE_PARTS - RANDOM_PARTS);
        }
        return new RivalImage(file);
    }

    /** Parts of one kind: no two alike, so that nobody keeps two as one, yet each shrinks as the first does. */
    private static void append(FileChannel channel, IngestData kind, int parts) throws IOException {
        byte[] data = kind.make(PART_BYTES, new Random(1));
        for (int part = 0; part < parts; part++) {
            if (part > 0 && kind != IngestData.ZERO) {
                exchange(data, (byte) (part ^ part - 1));
            }
            ByteBuffer bytes = ByteBuffer.wrap(data);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static void exchange(byte[] data, byte bits) {
        for (int index = 0; index < data.length; index++) {
            data[index] ^= bits;
        }
    }

    Path file() {
        return file;
    }

    /** What is written in a round, 25.6 MiB: runs of 64 KiB anywhere, and writes of 16 KiB to the hot part. */
    static List<Write> writes(int round) {
        Random random = new Random(1_000 + round);
        byte[] pages = IngestData.DATABASE.make(SMALL_WRITES * SMALL_BYTES, random);
        byte[] text = IngestData.TEXT.make(LARGE_WRITES * LARGE_BYTES, random);
        List<Write> writes = new ArrayList<>();
        for (int index = 0; index < LARGE_WRITES; index++) {
            long offset = random.nextLong(BYTES / LARGE_BYTES) * LARGE_BYTES;
            writes.add(new Write(offset, piece(text, index, LARGE_BYTES)));
        }
        for (int index = 0; index < SMALL_WRITES; index++) {
            long offset = HOT_FROM + random.nextLong(HOT_BYTES / SMALL_BYTES) * SMALL_BYTES;
            writes.add(new Write(offset, piece(pages, index, SMALL_BYTES)));
        }
        return writes;
    }

    /** How much {@link #writes} writes. */
    static long roundBytes() {
        return (long) LARGE_WRITES * LARGE_BYTES + (long) SMALL_WRITES * SMALL_BYTES;
    }

    /** The least that can change. */
    static List<Write> tinyWrite() {
        byte[] data = new byte[TINY_BYTES];
        new Random(1).nextBytes(data);
        return List.of(new Write(0, data));
    }

    private static byte[] piece(byte[] all, int index, int length) {
        byte[] piece = new byte[length];
        System.arraycopy(all, index * length, piece, 0, length);
        return piece;
    }

    void apply(List<Write> writes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (Write write : writes) {
                channel.write(ByteBuffer.wrap(write.data), write.offset);
            }
        }
    }

    /** Puts writes into a file: offset, length, bytes, one behind the other. */
    static void save(List<Write> writes, Path target) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(target)))) {
            for (Write write : writes) {
                out.writeLong(write.offset);
                out.writeInt(write.data.length);
                out.write(write.data);
            }
        }
    }

    /** SHA-256 of the first {@link #BYTES} of a file. */
    static String digest(Path image) throws IOException {
        try (InputStream in = Files.newInputStream(image)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            long left = BYTES;
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    break;
                }
                sha256.update(buffer, 0, count);
                left -= count;
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
