package io.holdfast.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks into images of a test guest's disks from outside, without root and without mounting: the journal of a file system is replayed and the
 * whole checked by {@code e2fsck}, files come out by {@code debugfs}, records are hashed here, the database is read by {@code sqlite3}.
 * Independent of the guest and of Holdfast.
 */
public final class OfflineChecks {

    /** As in the guest's source: how many transactions it keeps. */
    private static final int KEPT = 5000;

    private static final int COPY_BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final byte[] MAGIC = "HFRECORD".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 24;
    private static final int HASH_BYTES = 32;
    private static final int NAME_DIGITS = 10;

    private final Path work;

    /**
     * Prepares.
     *
     * @param work a folder for what comes out of images; exists
     */
    public OfflineChecks(Path work) {
        this.work = work;
    }

    /**
     * Checks both disks. The second image is changed as a mount would: its journal is replayed. Give copies.
     *
     * @param disk0 the whole first disk
     * @param disk1 the whole second disk
     * @return what they hold
     * @throws AssertionError when a file system is damaged beyond its journal
     */
    public DiskContents check(Path disk0, Path disk1) throws IOException {
        Path partition = work.resolve("files.ext4");
        copyPartition(disk0, partition);
        return checkFileSystems(partition, disk1);
    }

    /**
     * Checks both file systems, each in a file of its own. Both are changed as a mount would: their journals are replayed. Give copies.
     *
     * @param recordsImage what the first disk holds from {@link GuestImages#FILES_OFFSET} on
     * @param rowsImage the whole second disk
     * @return what they hold
     * @throws AssertionError when a file system is damaged beyond its journal
     */
    public DiskContents checkFileSystems(Path recordsImage, Path rowsImage) throws IOException {
        Path files = work.resolve("files");
        Path rows = work.resolve("rows");
        fileSystem(recordsImage, files);
        fileSystem(rowsImage, rows);
        NumberSet present = new NumberSet();
        NumberSet bad = new NumberSet();
        readRecords(files.resolve("records"), present, bad);
        return readRows(rows.resolve("rows.db"), present, bad);
    }

    /** Makes a file of its own of the partition: e2fsck forgets an offset when it opens an image again after the journal. */
    private static void copyPartition(Path disk, Path partition) throws IOException {
        ProcessTools.run(
                        LIMIT,
                        List.of(
                                "dd",
                                "if=" + disk,
                                "of=" + partition,
                                "bs=" + COPY_BYTES,
                                "skip=" + GuestImages.FILES_OFFSET / COPY_BYTES,
                                "conv=sparse",
                                "status=none"))
                .orThrow("dd " + disk);
    }

    /** Replays the journal of an ext4 file system, checks it and copies its files out. */
    private static void fileSystem(Path image, Path target) throws IOException {
        String device = image.toString();
        int replayed = ProcessTools.run(LIMIT, List.of("/sbin/e2fsck", "-E", "journal_only", "-y", device))
                .exitCode();
        if (replayed > 1) {
            throw new AssertionError(
                    "the journal of " + device + " could not be replayed: e2fsck ended with " + replayed);
        }
        ProcessTools.run(LIMIT, List.of("/sbin/e2fsck", "-fn", device)).orThrow("e2fsck -fn " + device);
        if (Files.exists(target)) {
            deleteTree(target);
        }
        Files.createDirectories(target);
        ProcessTools.run(LIMIT, List.of("/sbin/debugfs", "-R", "rdump / " + target, device))
                .orThrow("debugfs " + device);
    }

    private static void readRecords(Path folder, NumberSet present, NumberSet bad) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.length() == NAME_DIGITS && name.chars().allMatch(Character::isDigit)) {
                    int number = Integer.parseInt(name);
                    present.add(number);
                    if (!whole(Files.readAllBytes(file), number)) {
                        bad.add(number);
                    }
                }
            }
        }
    }

    private static boolean whole(byte[] record, int number) {
        if (record.length < HEADER_BYTES + HASH_BYTES
                || !Arrays.equals(record, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        int hashed = record.length - HASH_BYTES;
        if (header.getLong(8) != number || header.getInt(16) != hashed - HEADER_BYTES) {
            return false;
        }
        MessageDigest digest = sha256();
        digest.update(record, 0, hashed);
        return Arrays.equals(digest.digest(), 0, HASH_BYTES, record, hashed, record.length);
    }

    private static DiskContents readRows(Path database, NumberSet files, NumberSet badFiles) throws IOException {
        NumberSet rows = new NumberSet();
        NumberSet bad = new NumberSet();
        if (!Files.exists(database) || Files.size(database) == 0 && !Files.exists(Path.of(database + "-wal"))) {
            return new DiskContents(files, rows, badFiles, bad, KEPT, "ok");
        }
        String integrity = sql(database, "PRAGMA integrity_check")
                .strip()
                .replace(' ', '_')
                .replace('\n', '_');
        boolean written = !sql(database, "SELECT name FROM sqlite_master WHERE name='written'")
                .isBlank();
        String listed = written ? sql(database, "SELECT number,hex(payload),hex(hash) FROM written") : "";
        for (String line : (Iterable<String>) listed.lines()::iterator) {
            String[] columns = line.split("\\|", -1);
            int number = Integer.parseInt(columns[0]);
            rows.add(number);
            MessageDigest digest = sha256();
            digest.update(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(number)
                    .array());
            digest.update(HexFormat.of().parseHex(columns[1]));
            if (!Arrays.equals(digest.digest(), HexFormat.of().parseHex(columns[2]))) {
                bad.add(number);
            }
        }
        return new DiskContents(files, rows, badFiles, bad, KEPT, integrity);
    }

    private static String sql(Path database, String statement) throws IOException {
        return ProcessTools.run(LIMIT, List.of("sqlite3", "-batch", database.toString(), statement))
                .orThrow("sqlite3 " + statement);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((left, right) -> right.compareTo(left)).toList()) {
                Files.delete(path);
            }
        }
    }
}
