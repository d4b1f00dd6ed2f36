package io.holdfast.demo.soak;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The largest history that one machine may have: its oldest, a middle and its newest point are opened with a heap of 256 MiB. */
public final class Scale implements SoakRun {

    private static final int HEAP_MEBIBYTES = 256;
    /** Which figure of the reader says how long the point took to open. */
    private static final int OPEN_AT = 1;

    private static final int OPEN_MILLIS_MAX = 1_000;
    private static final Duration READ_MAX = Duration.ofMinutes(10);

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("holdfast-scale");
        try {
            long writes = (long) setting.count() * ScaleHistory.MARK_EACH;
            figures.say("making a history of " + setting.count() + " million writes");
            long begun = System.nanoTime();
            new ScaleHistory(writes).make(directory.resolve("store"), setting.random());
            figures.say("made in " + (System.nanoTime() - begun) / 1_000_000_000L + " s, " + (bytes(directory) >> 20)
                    + " MiB at rest");
            for (long upTo : new long[] {1, writes / 2, writes}) {
                read(directory.resolve("store"), upTo, figures);
            }
        } finally {
            deleteAll(directory);
        }
    }

    private static void read(Path store, long writes, SoakFigures figures) throws IOException {
        List<Long> read = ProcessTools.run(
                        READ_MAX,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx" + HEAP_MEBIBYTES + "m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ScaleReader.class.getName(),
                                store.toString(),
                                String.valueOf(writes)))
                .orThrow("reading the point after " + writes + " writes")
                .lines()
                .map(Long::valueOf)
                .toList();
        List<Long> second = read.subList((read.size() - 1) / ScaleReader.TIMES, read.size() - 1);
        figures.add(figures.row()
                .put("writes", writes)
                .put("startingOpenMillis", read.get(OPEN_AT))
                .put("storeOpenMillis", second.get(0))
                .put("pointOpenMillis", second.get(OPEN_AT))
                .put("firstMebibyteMillis", second.get(2))
                .put("lastMebibyteMillis", second.get(3))
                .put("residentMebibytes", read.getLast()));
        figures.claim(
                second.get(OPEN_AT) <= OPEN_MILLIS_MAX,
                "the point after " + writes + " writes took " + second.get(OPEN_AT) + " ms to open");
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            long bytes = 0;
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(path);
            }
            return bytes;
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
