package io.holdfast.journal.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Plays random histories that are thinned and cleaned, until so many points were equal to the plain model before and after. */
public final class Compaction {

    private static final String USAGE = """
            usage: soak compaction [--points N] [--seed N] [--json FILE]

              --points N   until so many points were compared before a cleaning and so many after it, 1 to 10,000,000 (10000)
              --seed N     of the first history (1)
              --json FILE  write {"before","both","after","histories","seed","bytesBefore","bytesAfter","seconds","failures"}
            """;
    private static final long POINTS_MAX = 10_000_000;
    private static final int HISTORIES_A_LINE = 25;
    private static final int FAILURES_MAX = 20;

    private final long points;
    private final long firstSeed;
    private final String json;

    private Compaction(SoakOptions options) {
        this.points = Math.min(options.count(), POINTS_MAX);
        this.firstSeed = options.seed();
        this.json = options.json();
    }

    /**
     * Runs as a program; ends with 0 when every comparison held.
     *
     * @param arguments see the usage
     * @throws IOException when the file of figures cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        SoakOptions options = SoakOptions.parse(arguments, "--points", 10_000, USAGE);
        System.exit(new Compaction(options).run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        long started = System.nanoTime();
        long pointsBefore = 0;
        long pointsBoth = 0;
        long pointsAfter = 0;
        long before = 0;
        long after = 0;
        int histories = 0;
        int failures = 0;
        while (Math.min(pointsBefore, pointsAfter) < points && failures < FAILURES_MAX) {
            ThinningRun run = new ThinningRun(firstSeed + histories);
            try {
                run.play();
            } catch (AssertionError e) {
                failures++;
                System.out.println("FAILED " + e.getMessage());
            }
            histories++;
            pointsBefore += run.before();
            pointsBoth += run.both();
            pointsAfter += run.after();
            before += run.bytesBefore();
            after += run.bytesAfter();
            if (histories % HISTORIES_A_LINE == 0) {
                System.out.printf(
                        "  %d histories, %d points before, %d after, %d failures%n",
                        histories, pointsBefore, pointsAfter, failures);
            }
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
        System.out.printf(
                "%d histories from seed %d on: %d points equal to the model before cleaning, %d of them kept and equal after it too, %d points equal after it in all; segments %d bytes before, %d after; %d failures; %d s%n",
                histories, firstSeed, pointsBefore, pointsBoth, pointsAfter, before, after, failures, seconds);
        if (!json.isEmpty()) {
            Files.writeString(Path.of(json), """
                    {"before":%d,"both":%d,"after":%d,"histories":%d,"seed":%d,"bytesBefore":%d,"bytesAfter":%d,"seconds":%d,"failures":%d}
                    """.formatted(
                    pointsBefore, pointsBoth, pointsAfter, histories, firstSeed, before, after, seconds, failures));
        }
        return failures == 0;
    }
}
