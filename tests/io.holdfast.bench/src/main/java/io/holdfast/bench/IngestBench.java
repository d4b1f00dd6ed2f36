package io.holdfast.bench;

import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * How fast the recovery store takes in writes, beside the codec alone, the keyed hash alone and the disk alone, all in one run on the same data
 * and threads. Fields: {@code docs/operating/figures.md}.
 *
 * <p>Usage: {@code IngestBench [--json FILE] [--directory DIR] [--mebibytes N]}.
 */
public final class IngestBench {

    private static final int[] WRITE_KIBIBYTES = {4, 8, 64};
    private static final int DATA_BYTES = 64 << 20;
    private static final int ROUNDS = 3;
    private static final int JUDGED_KIBIBYTES = 64;

    private final int threads = Runtime.getRuntime().availableProcessors();
    private final MachineKeys keys = MachineKeys.generate(new SecureRandom());
    private final Path directory;
    private final long totalBytes;
    private final ExecutorService executor;

    private IngestBench(Path directory, long totalBytes, ExecutorService executor) {
        this.directory = directory;
        this.totalBytes = totalBytes;
        this.executor = executor;
    }

    /**
     * One line of the table, rates in bytes of plaintext a second.
     *
     * @param data what was written
     * @param codec how it was compressed
     * @param writeKibibytes in writes of this size
     * @param codecRate the codec alone
     * @param hashRate the keyed hash alone
     * @param diskRate the disk alone
     * @param path the whole path
     */
    private record Row(
            IngestData data,
            Codec codec,
            int writeKibibytes,
            IngestParts.Rate codecRate,
            IngestParts.Rate hashRate,
            double diskRate,
            IngestPath.Result path) {

        double ratio() {
            double least = Math.min(diskRate, Math.min(codecRate.bytesPerSecond(), hashRate.bytesPerSecond()));
            return path.durable().bytesPerSecond() / least;
        }
    }

    /**
     * Runs all rows and prints them.
     *
     * @param arguments see the class
     * @throws Exception when the directory cannot be written
     */
    public static void main(String[] arguments) throws Exception {
        Path json = null;
        Path base = Path.of(System.getProperty("java.io.tmpdir"));
        long mebibytes = 384;
        for (int index = 0; index + 1 < arguments.length; index += 2) {
            switch (arguments[index]) {
                case "--json" -> json = Path.of(arguments[index + 1]);
                case "--directory" -> base = Path.of(arguments[index + 1]);
                case "--mebibytes" -> mebibytes = Long.parseLong(arguments[index + 1]);
                default -> throw new IllegalArgumentException(arguments[index] + " is unknown; see --help");
            }
        }
        Path directory = Files.createTempDirectory(base, "holdfast-ingest");
        try (ExecutorService executor =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Row> rows = new IngestBench(directory, mebibytes << 20, executor).run();
            if (json != null) {
                Files.writeString(json, toJson(rows));
            }
        } finally {
            deleteAll(directory);
        }
    }

    private List<Row> run() throws Exception {
        warmUp();
        System.out.printf(
                Locale.ROOT,
                "MB/s of plaintext, %d threads; core-ns/byte of codec, hash and whole path%n"
                        + "%-7s %-9s %5s %8s %8s %8s %8s %6s %15s %9s %6s %8s%n",
                threads,
                "data",
                "codec",
                "KiB",
                "codec",
                "hash",
                "disk",
                "durable",
                "ratio",
                "core-ns/byte",
                "metadata",
                "shrink",
                "sealing");
        List<Row> rows = new ArrayList<>();
        for (IngestData kind : IngestData.values()) {
            byte[] data = kind.make(DATA_BYTES, new Random(7));
            for (Codec codec : List.of(Codec.LZ4, Codec.ZSTANDARD)) {
                for (int kibibytes : WRITE_KIBIBYTES) {
                    Row row = measure(kind, data, codec, kibibytes);
                    rows.add(row);
                    print(row);
                }
            }
        }
        System.out.printf(Locale.ROOT, "least ratio at %d KiB: %.2f%n", JUDGED_KIBIBYTES, least(rows));
        return rows;
    }

    /** Runs each way once, so that compiled code is measured. */
    private void warmUp() throws Exception {
        byte[] data = IngestData.TEXT.make(DATA_BYTES / 2, new Random(3));
        for (Codec codec : List.of(Codec.LZ4, Codec.ZSTANDARD)) {
            IngestParts parts = new IngestParts(data, 2, executor, threads);
            parts.codec(codec);
            parts.hash(keys);
            runPath(data, 4096, codec);
            runPath(data, 65_536, codec);
        }
    }

    private Row measure(IngestData kind, byte[] data, Codec codec, int kibibytes) throws Exception {
        IngestParts parts = new IngestParts(data, ROUNDS, executor, threads);
        IngestParts.Rate codecRate = parts.codec(codec);
        IngestParts.Rate hashRate = parts.hash(keys);
        IngestPath.Result path = runPath(data, kibibytes << 10, codec);
        double writeRate = IngestParts.disk(directory, path.storedBytes());
        double diskRate = writeRate * totalBytes / path.storedBytes();
        return new Row(kind, codec, kibibytes, codecRate, hashRate, diskRate, path);
    }

    private IngestPath.Result runPath(byte[] data, int writeBytes, Codec codec) throws Exception {
        Path store = directory.resolve("store");
        try {
            return new IngestPath(data, totalBytes, writeBytes, codec, executor).run(store, keys);
        } finally {
            deleteAll(store);
        }
    }

    private static double least(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.writeKibibytes == JUDGED_KIBIBYTES)
                .mapToDouble(Row::ratio)
                .min()
                .orElse(0);
    }

    private void print(Row row) {
        System.out.printf(
                Locale.ROOT,
                "%-7s %-9s %5d %8.0f %8.0f %8.0f %8.0f %6.2f %5.2f%5.2f%5.2f %8.2f%% %6.2f %8.0f%n",
                row.data.label(),
                row.codec.name().toLowerCase(Locale.ROOT),
                row.writeKibibytes,
                row.codecRate.bytesPerSecond() / 1e6,
                row.hashRate.bytesPerSecond() / 1e6,
                row.diskRate / 1e6,
                row.path.durable().bytesPerSecond() / 1e6,
                row.ratio(),
                row.codecRate.coreNanosPerByte(),
                row.hashRate.coreNanosPerByte(),
                row.path.durable().coreNanosPerByte(),
                100 * row.path.metadataShare(),
                (double) totalBytes / row.path.storedBytes(),
                row.path.sealBytesPerSecond() / 1e6);
    }

    private static String toJson(List<Row> rows) {
        StringBuilder json = new StringBuilder("{\"rows\":[");
        for (Row row : rows) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"data\":\"%s\",\"codec\":\"%s\",\"writeKibibytes\":%d,\"codecMegabytesPerSecond\":%.1f,"
                                    + "\"hashMegabytesPerSecond\":%.1f,\"diskMegabytesPerSecond\":%.1f,"
                                    + "\"durableMegabytesPerSecond\":%.1f,\"ratio\":%.3f,\"metadataShare\":%.5f,"
                                    + "\"sealMegabytesPerSecond\":%.1f,\"storedBytes\":%d}",
                            row.data.label(),
                            row.codec.name().toLowerCase(Locale.ROOT),
                            row.writeKibibytes,
                            row.codecRate.bytesPerSecond() / 1e6,
                            row.hashRate.bytesPerSecond() / 1e6,
                            row.diskRate / 1e6,
                            row.path.durable().bytesPerSecond() / 1e6,
                            row.ratio(),
                            row.path.metadataShare(),
                            row.path.sealBytesPerSecond() / 1e6,
                            row.path.storedBytes()));
        }
        return json.append(String.format(Locale.ROOT, "],\"ratio\":%.3f}%n", least(rows)))
                .toString();
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
