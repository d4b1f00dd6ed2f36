package io.holdfast.bench;

import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How fast the recovery store takes in writes, beside the codec alone, the keyed hash alone and the disk alone, all in one run on the same data
 * and threads. All rows are measured once, then all again, and so on, so that an hour in which the machine is busy hits all alike. Fields:
 * {@code docs/operating/figures.md}.
 */
public final class IngestBench {

    private static final int DATA_BYTES = 64 << 20;
    private static final int ROUNDS = 3;
    private static final int STORE_ROUNDS_MAX = 9;

    /** `bench store` has to end within 12 minutes, its warming up and its last row included. */
    private static final Duration STORE_TIME = Duration.ofMinutes(10);

    private static final Duration NO_END = Duration.ofDays(1);

    private final int threads = Runtime.getRuntime().availableProcessors();
    private final MachineKeys keys = MachineKeys.generate(new SecureRandom());
    private final IngestOptions options;
    private final Path directory;
    private final ExecutorService sealers;
    private final ExecutorService writer;
    private final Map<IngestData, byte[]> contents = new EnumMap<>(IngestData.class);

    private IngestBench(IngestOptions options, Path directory, ExecutorService sealers, ExecutorService writer) {
        this.options = options;
        this.directory = directory;
        this.sealers = sealers;
        this.writer = writer;
    }

    /**
     * {@code bench ingest}: three kinds of data, each row as often as asked for.
     *
     * @param arguments see {@link Main}
     * @throws Exception when the directory cannot be written
     */
    public static void ingest(String[] arguments) throws Exception {
        List<IngestData> kinds = List.of(IngestData.TEXT, IngestData.RANDOM, IngestData.SPARSE);
        measure(IngestOptions.parse(arguments, ROUNDS), IngestCase.all(kinds), NO_END);
    }

    /**
     * {@code bench store}: every kind of data, each row as often as there is time for.
     *
     * @param arguments see {@link Main}
     * @throws Exception when the directory cannot be written
     */
    public static void store(String[] arguments) throws Exception {
        List<IngestData> kinds = List.of(IngestData.values());
        measure(IngestOptions.parse(arguments, STORE_ROUNDS_MAX), IngestCase.all(kinds), STORE_TIME);
    }

    private static void measure(IngestOptions options, List<IngestCase> cases, Duration time) throws Exception {
        Path directory = Files.createTempDirectory(options.base(), "holdfast-ingest");
        try (ExecutorService sealers =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
                ExecutorService writer = Executors.newSingleThreadExecutor()) {
            new IngestBench(options, directory, sealers, writer).run(cases, time);
        } finally {
            Folders.deleteAll(directory);
        }
    }

    private void run(List<IngestCase> cases, Duration time) throws Exception {
        long start = System.nanoTime();
        System.out.printf(
                Locale.ROOT,
                "MB/s of plaintext, %d threads, hash %s; core-ns/byte of codec, hash and whole path; ! misses its goal%n%s%n",
                threads,
                options.hash(),
                IngestRow.TITLE);
        cases.forEach(each -> contents.computeIfAbsent(each.data(), kind -> kind.make(DATA_BYTES, new Random(7))));
        warmUp();
        try (IngestPauses pauses = new IngestPauses()) {
            IngestReport report = new IngestReport(options, threads, IngestReport.systemLoad());
            List<List<IngestRow.Round>> rounds = rounds(cases, start + time.toNanos(), pauses);
            for (int index = 0; index < cases.size(); index++) {
                report.add(new IngestRow(cases.get(index), rounds.get(index)));
            }
            report.finish(pauses.end(), (System.nanoTime() - start) / 1e9);
        }
    }

    /** Every row at least once, then row after row again until the rounds or the time are used up. */
    private List<List<IngestRow.Round>> rounds(List<IngestCase> cases, long endNanos, IngestPauses pauses)
            throws Exception {
        List<List<IngestRow.Round>> rounds = new ArrayList<>();
        cases.forEach(_ -> rounds.add(new ArrayList<>()));
        for (int round = 0; round < options.rounds(); round++) {
            for (int index = 0; index < cases.size(); index++) {
                if (round > 0 && System.nanoTime() - endNanos >= 0) {
                    return rounds;
                }
                rounds.get(index).add(measure(cases.get(index), pauses));
            }
        }
        return rounds;
    }

    /** Runs each way until compiled code is measured. */
    private void warmUp() throws Exception {
        byte[] data = contents.getOrDefault(IngestData.TEXT, new byte[0]);
        for (Codec codec : List.of(Codec.LZ4, Codec.ZSTANDARD)) {
            IngestParts parts = new IngestParts(data, sealers, threads);
            parts.codec(codec);
            parts.hash(keys, options.hash());
            runPath(data, new IngestCase(IngestData.TEXT, codec, 4));
            runPath(data, new IngestCase(IngestData.TEXT, codec, 64));
        }
    }

    private IngestRow.Round measure(IngestCase what, IngestPauses pauses) throws Exception {
        byte[] data = contents.getOrDefault(what.data(), new byte[0]);
        IngestParts parts = new IngestParts(data, sealers, threads);
        IngestParts.Rate codec = parts.codec(what.codec());
        IngestParts.Rate hash = parts.hash(keys, options.hash());
        pauses.border();
        IngestPath.Result path = runPath(data, what);
        pauses.border();
        return new IngestRow.Round(
                codec.plus(parts.codec(what.codec())),
                hash.plus(parts.hash(keys, options.hash())),
                IngestParts.disk(directory, path.storedBytes(), options.totalBytes()),
                path);
    }

    private IngestPath.Result runPath(byte[] data, IngestCase what) throws Exception {
        Path store = directory.resolve("store");
        BatchSettings settings =
                new BatchSettings(what.codec(), BatchSettings.of(what.codec()).plaintextBytesMax(), options.hash());
        try {
            return new IngestPath(data, options.totalBytes(), what.writeBytes(), settings, sealers, writer)
                    .run(store, keys);
        } finally {
            Folders.deleteAll(store);
        }
    }
}
