package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RecoveryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Kills a {@link KilledStore} with SIGKILL at random moments, again and again on one directory, and compares what it leaves with what it said. */
public final class Kills {

    private static final String USAGE = """
            Usage: ./holdfast soak kills [--count N] [--seed S] [--json FILE]
            Kills a process that takes batches, seals, rotates its key, thins, cleans and codes anew with SIGKILL at random moments, N times
            (1000) on one store, and compares what it leaves with what it said was durable. Ends at once when anything is wrong.
            """;

    private static final int LINES_MOST = 25;
    private static final long DELAY_MICROS_MOST = 4_000;
    private static final long EXIT_SECONDS_MAX = 60;

    private final Path directory;
    private final Random random;
    private long acknowledged;

    /**
     * Prepares.
     *
     * @param directory of the store; its parent is there
     * @param seed chooses the moments
     */
    public Kills(Path directory, long seed) {
        this.directory = directory;
        this.random = new Random(seed);
    }

    /** The highest sequence that was said to be durable. */
    public long acknowledged() {
        return acknowledged;
    }

    /**
     * Runs {@code ./holdfast soak kills}.
     *
     * @param arguments those of the usage text
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        SoakOptions options = SoakOptions.parse(arguments, "--count", 1_000, USAGE);
        Path folder = Files.createTempDirectory("holdfast-kills");
        Kills kills = new Kills(folder.resolve("store"), options.seed());
        System.out.printf("%d kills with seed %d in %s%n", options.count(), options.seed(), folder);
        for (long kill = 1; kill <= options.count(); kill++) {
            kills.killOnce();
            if (kill % 100 == 0) {
                System.out.printf("  %d kills, durable up to %d, nothing lost%n", kill, kills.acknowledged());
            }
        }
        System.out.printf(
                "%d kills, durable up to %d, nothing lost; all of it held%n", options.count(), kills.acknowledged());
        if (!options.json().isEmpty()) {
            Files.writeString(
                    Path.of(options.json()),
                    "{\"kills\":%d,\"seed\":%d,\"durable\":%d}%n"
                            .formatted(options.count(), options.seed(), kills.acknowledged()));
        }
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /**
     * Starts the process, kills it at a random moment, and looks at what it left.
     *
     * @throws AssertionError when something that it said was durable is not there, or anything is not as it was written
     */
    public void killOnce() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledStore.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            int until = 1 + random.nextInt(LINES_MOST);
            for (int line = 0; line < until && take(lines.readLine()); line++) {
                // on to the moment
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextLong(DELAY_MICROS_MOST)));
            process.toHandle().destroyForcibly();
            Expect.that(process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS), "a killed process ends");
            while (take(lines.readLine())) {
                // what it had said before
            }
        } finally {
            process.destroyForcibly();
        }
        check();
    }

    private boolean take(@Nullable String line) {
        if (line == null || line.isEmpty()) {
            return false;
        }
        acknowledged = Math.max(acknowledged, Long.parseLong(line));
        return true;
    }

    private void check() {
        try (RecoveryStore store = RecoveryStore.open(directory, KilledStore.SETTINGS, new HandClock())) {
            Expect.equal("damages", store.damages(), List.of());
            MachineHistory history = store.find(KilledStore.MACHINE).orElseThrow();
            Position head = history.head().position();
            Expect.between("durable sequence", head.sequence(), acknowledged, Long.MAX_VALUE);
            acknowledged = head.sequence();
            if (head.sequence() == 0) {
                return;
            }
            history.points().latest().ifPresent(point -> compare(history, point));
            List<RecoveryPoint> points = history.points().list(0, Long.MAX_VALUE, Points.COUNT_MAX);
            if (!points.isEmpty()) {
                compare(history, points.get(random.nextInt(points.size())));
            }
        }
    }

    private static void compare(MachineHistory history, RecoveryPoint point) {
        byte[] found = new byte[KilledStore.BLOCKS * KilledStore.BLOCK_BYTES];
        try (PointImage image = history.openUnproven(point.position(), KilledStore.allKeys())) {
            image.read(0, 0, ByteBuffer.wrap(found));
        }
        Expect.equal(
                "first difference at " + point.position(),
                Arrays.mismatch(found, KilledStore.imageAt(point.position().sequence())),
                -1);
    }
}
