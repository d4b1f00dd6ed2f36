package io.holdfast.bench;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long it takes to open points of a long history, and how fast its image is read beside that of a short one. Reading is done by processes with a
 * heap of 256 MiB and nothing of the store in memory. Fields: {@code docs/operating/figures.md}.
 *
 * <p>Usage: {@code PointsBench [--json FILE] [--directory DIR] [--writes N]}.
 */
final class PointsBench {

    private static final int HEAP_MEBIBYTES = 256;
    private static final int POINTS = 100;
    private static final long SHORT_WRITES = 100_000;
    private static final int SHORT_ROUNDS = 3;
    private static final long SEED = 20_261_121;
    private static final Duration READ_MAX = Duration.ofMinutes(8);

    private final Options options;
    private final Path directory;

    private PointsBench(Options options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    private record Options(@Nullable Path json, Path base, long writes) {

        static Options parse(String[] arguments) {
            Path json = null;
            Path base = Path.of(System.getProperty("java.io.tmpdir"));
            long writes = 10_000_000;
            for (int index = 0; index + 1 < arguments.length; index += 2) {
                String value = arguments[index + 1];
                switch (arguments[index]) {
                    case "--json" -> json = Path.of(value);
                    case "--directory" -> base = Path.of(value);
                    case "--writes" -> writes = Math.max(SHORT_WRITES, Long.parseLong(value));
                    default -> throw new IllegalArgumentException(arguments[index] + " is unknown; see --help");
                }
            }
            return new Options(json, base, writes);
        }
    }

    /**
     * Measures and prints.
     *
     * @param arguments see the class
     * @throws Exception when the directory cannot be written, or something reads otherwise than it was written
     */
    static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        Path directory = Files.createTempDirectory(options.base, "holdfast-points");
        try {
            new PointsBench(options, directory).run();
        } finally {
            Folders.deleteAll(directory);
        }
    }

    private void run() throws Exception {
        PointsHistory history = new PointsHistory(options.writes);
        Path store = directory.resolve("long");
        System.out.printf(Locale.ROOT, "Making a history of %,d writes of 4 KiB ...%n", options.writes);
        long start = System.nanoTime();
        history.make(store);
        double makeSeconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "  %.0f s, %,d MiB at rest%n", makeSeconds, Folders.bytes(store) >> 20);
        System.out.println("Opening " + POINTS + " random points ...");
        List<Double> points =
                read("points", store, options.writes, String.valueOf(POINTS), String.valueOf(SEED)).stream()
                        .map(nanos -> nanos / 1e6)
                        .sorted()
                        .toList();
        System.out.println("Reading images ...");
        Path brief = directory.resolve("short");
        new PointsHistory(SHORT_WRITES).make(brief);
        List<Double> shortRates = new ArrayList<>();
        for (int round = 0; round < SHORT_ROUNDS; round++) {
            shortRates.add(rate(brief, SHORT_WRITES));
        }
        double shortRate = shortRates.stream().sorted().toList().get(SHORT_ROUNDS / 2);
        print(points, makeSeconds, Folders.bytes(store), rate(store, options.writes), shortRate);
    }

    private double rate(Path store, long writes) throws IOException {
        List<Long> figures = read("image", store, writes);
        return figures.get(0) * 1e3 / figures.get(1);
    }

    private void print(List<Double> points, double makeSeconds, long storeBytes, double longRate, double shortRate)
            throws IOException {
        double median = points.get(points.size() / 2);
        double p99 = points.get((points.size() * 99 + 99) / 100 - 1);
        System.out.printf(
                Locale.ROOT,
                "first byte of a point: median %.0f ms, p99 %.0f ms, longest %.0f ms%n"
                        + "whole image: %.0f MB/s of data; of a history of %,d writes %.0f MB/s; ratio %.2f%n",
                median,
                p99,
                points.getLast(),
                longRate,
                SHORT_WRITES,
                shortRate,
                longRate / shortRate);
        Path json = options.json;
        if (json != null) {
            Files.writeString(
                    json,
                    String.format(
                            Locale.ROOT,
                            "{\"writes\":%d,\"points\":%d,\"heapMebibytes\":%d,\"makeSeconds\":%.1f,\"storedBytes\":%d,"
                                    + "\"medianFirstByteMillis\":%.1f,\"p99FirstByteMillis\":%.1f,\"longestFirstByteMillis\":%.1f,"
                                    + "\"imageMegabytesPerSecond\":%.1f,\"shortMegabytesPerSecond\":%.1f,\"imageRatio\":%.3f}%n",
                            options.writes,
                            points.size(),
                            HEAP_MEBIBYTES,
                            makeSeconds,
                            storeBytes,
                            median,
                            p99,
                            points.getLast(),
                            longRate,
                            shortRate,
                            longRate / shortRate));
        }
    }

    /** Runs the reader in a process of its own and gives the figures that it prints. */
    private static List<Long> read(String what, Path store, long writes, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEBIBYTES + "m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PointsReader.class.getName(),
                what,
                store.toString(),
                String.valueOf(writes)));
        command.addAll(List.of(more));
        return ProcessTools.run(READ_MAX, command)
                .orThrow("reading")
                .lines()
                .map(Long::valueOf)
                .toList();
    }
}
