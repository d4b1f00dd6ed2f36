package io.holdfast.bench;

import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BlockHashAlgorithm;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How fast the recovery store takes in writes, beside the codec alone, the keyed hash alone and the disk alone, all in one run on the same data
 * and threads, by turns. Fields: {@code docs/operating/figures.md}.
 *
 * <p>Usage: {@code IngestBench [--json FILE] [--directory DIR] [--mebibytes N] [--rounds N] [--hash ALGORITHM]}.
 */
public final class IngestBench {

    private static final int[] WRITE_KIBIBYTES = {4, 8, 64};
    private static final List<Codec> CODECS = List.of(Codec.LZ4, Codec.ZSTANDARD);
    private static final int DATA_BYTES = 64 << 20;
    private static final int JUDGED_KIBIBYTES = 64;

    private final int threads = Runtime.getRuntime().availableProcessors();
    private final MachineKeys keys = MachineKeys.generate(new SecureRandom());
    private final Options options;
    private final Path directory;
    private final ExecutorService sealers;
    private final ExecutorService writer;

    private IngestBench(Options options, Path directory, ExecutorService sealers, ExecutorService writer) {
        this.options = options;
        this.directory = directory;
        this.sealers = sealers;
        this.writer = writer;
    }

    /**
     * What was asked for.
     *
     * @param json where the figures go as well
     * @param base a folder on the disk to measure
     * @param totalBytes written for each row and round
     * @param rounds each row is measured so often
     * @param hash which keyed hash
     */
    private record Options(@Nullable Path json, Path base, long totalBytes, int rounds, BlockHashAlgorithm hash) {

        static Options parse(String[] arguments) {
            Path json = null;
            Path base = Path.of(System.getProperty("java.io.tmpdir"));
            long mebibytes = 256;
            int rounds = 3;
            BlockHashAlgorithm hash = BlockHashAlgorithm.DEFAULT;
            for (int index = 0; index + 1 < arguments.length; index += 2) {
                String value = arguments[index + 1];
                switch (arguments[index]) {
                    case "--json" -> json = Path.of(value);
                    case "--directory" -> base = Path.of(value);
                    case "--mebibytes" -> mebibytes = Long.parseLong(value);
                    case "--rounds" -> rounds = Math.max(1, Integer.parseInt(value));
                    case "--hash" ->
                        hash = BlockHashAlgorithm.valueOf(
                                value.toUpperCase(Locale.ROOT).replace('-', '_'));
                    default -> throw new IllegalArgumentException(arguments[index] + " is unknown; see --help");
                }
            }
            return new Options(json, base, mebibytes << 20, rounds, hash);
        }
    }

    /**
     * Runs all rows and prints them.
     *
     * @param arguments see the class
     * @throws Exception when the directory cannot be written
     */
    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        Path directory = Files.createTempDirectory(options.base, "holdfast-ingest");
        try (ExecutorService sealers =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
                ExecutorService writer = Executors.newSingleThreadExecutor()) {
            new IngestBench(options, directory, sealers, writer).run();
        } finally {
            deleteAll(directory);
        }
    }

    private void run() throws Exception {
        warmUp();
        System.out.printf(
                Locale.ROOT,
                "MB/s of plaintext, %d threads, hash %s; median of %d; core-ns/byte of codec, hash and whole path%n%s%n",
                threads,
                options.hash,
                options.rounds,
                IngestRow.TITLE);
        List<IngestRow> rows = new ArrayList<>();
        try (IngestPauses pauses = new IngestPauses()) {
            for (IngestData kind : IngestData.values()) {
                byte[] data = kind.make(DATA_BYTES, new Random(7));
                for (Codec codec : CODECS) {
                    for (int kibibytes : WRITE_KIBIBYTES) {
                        IngestRow row = measure(kind, data, codec, kibibytes, pauses);
                        rows.add(row);
                        System.out.println(row.toLine(options.totalBytes));
                    }
                }
            }
            finish(rows, pauses.end());
        }
    }

    private void finish(List<IngestRow> rows, IngestPauses.Summary pauses) throws IOException {
        double least = rows.stream()
                .filter(row -> row.writeKibibytes() == JUDGED_KIBIBYTES)
                .mapToDouble(IngestRow::ratio)
                .min()
                .orElse(0);
        System.out.printf(Locale.ROOT, "least ratio at %d KiB: %.2f%n", JUDGED_KIBIBYTES, least);
        System.out.printf(
                Locale.ROOT,
                "collector while taking in %.1f GB: %d pauses, p99 %.2f ms, longest %.2f ms%n",
                (double) options.totalBytes * options.rounds * rows.size() / 1e9,
                pauses.count(),
                pauses.p99Millis(),
                pauses.longestMillis());
        Path json = options.json;
        if (json != null) {
            Files.writeString(
                    json,
                    String.format(
                            Locale.ROOT,
                            "{\"rows\":[%s],\"ratio\":%.3f,\"pauses\":%d,\"p99PauseMillis\":%.3f,\"longestPauseMillis\":%.3f}%n",
                            rows.stream().map(IngestRow::toJson).collect(Collectors.joining(",")),
                            least,
                            pauses.count(),
                            pauses.p99Millis(),
                            pauses.longestMillis()));
        }
    }

    /** Runs each way until compiled code is measured. */
    private void warmUp() throws Exception {
        byte[] data = IngestData.TEXT.make(DATA_BYTES / 2, new Random(3));
        for (Codec codec : CODECS) {
            IngestParts parts = new IngestParts(data, sealers, threads);
            parts.codec(codec);
            parts.hash(keys, options.hash);
            runPath(data, 4096, codec);
            runPath(data, 65_536, codec);
        }
    }

    private IngestRow measure(IngestData kind, byte[] data, Codec codec, int kibibytes, IngestPauses pauses)
            throws Exception {
        IngestParts parts = new IngestParts(data, sealers, threads);
        List<IngestRow.Round> rounds = new ArrayList<>();
        for (int round = 0; round < options.rounds; round++) {
            IngestParts.Rate codecRate = parts.codec(codec);
            IngestParts.Rate hashRate = parts.hash(keys, options.hash);
            pauses.border();
            IngestPath.Result path = runPath(data, kibibytes << 10, codec);
            pauses.border();
            double writeRate = IngestParts.disk(directory, path.storedBytes());
            rounds.add(new IngestRow.Round(
                    codecRate, hashRate, writeRate * options.totalBytes / path.storedBytes(), path));
        }
        return new IngestRow(kind, codec, kibibytes, rounds);
    }

    private IngestPath.Result runPath(byte[] data, int writeBytes, Codec codec) throws Exception {
        Path store = directory.resolve("store");
        BatchSettings settings =
                new BatchSettings(codec, BatchSettings.of(codec).plaintextBytesMax(), options.hash);
        try {
            return new IngestPath(data, options.totalBytes, writeBytes, settings, sealers, writer).run(store, keys);
        } finally {
            deleteAll(store);
        }
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
