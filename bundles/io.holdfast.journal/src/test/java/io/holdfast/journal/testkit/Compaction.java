package io.holdfast.journal.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Plays random histories that are thinned and cleaned, until so many points were equal to the plain model before and after. */
public final class Compaction {

    private static final String USAGE = """
            usage: soak compaction [--points N] [--seed N] [--json FILE]

              --points N   compare so many points before and after cleaning, 1 to 10,000,000 (10000)
              --seed N     of the first history (1)
              --json FILE  write {"points","histories","seed","bytesBefore","bytesAfter","seconds","failures"}
            """;
    private static final long POINTS_MAX = 10_000_000;
    private static final int HISTORIES_A_LINE = 25;

    private final long points;
    private final long firstSeed;
    private final String json;

    private Compaction(long points, long firstSeed, String json) {
        this.points = points;
        this.firstSeed = firstSeed;
        this.json = json;
    }

    /**
     * Runs as a program; ends with 0 when every comparison held.
     *
     * @param arguments see the usage
     * @throws IOException when the file of figures cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        long points = 10_000;
        long seed = 1;
        String json = "";
        try {
            for (int index = 0; index < arguments.length; index += 2) {
                String value = index + 1 < arguments.length ? arguments[index + 1] : "";
                switch (arguments[index]) {
                    case "--points" -> points = Math.clamp(Long.parseLong(value), 1, POINTS_MAX);
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--json" -> json = value;
                    default -> throw new IllegalArgumentException(arguments[index] + " is no option");
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("holdfast: " + e.getMessage() + "; see --help");
            System.exit(2);
            return;
        }
        System.exit(new Compaction(points, seed, json).run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        long started = System.nanoTime();
        long compared = 0;
        long before = 0;
        long after = 0;
        int histories = 0;
        int failures = 0;
        while (compared < points) {
            ThinningRun run = new ThinningRun(firstSeed + histories);
            try {
                run.play();
            } catch (AssertionError e) {
                failures++;
                System.out.println("FAILED " + e.getMessage());
            }
            histories++;
            compared += Math.max(1, run.compared());
            before += run.bytesBefore();
            after += run.bytesAfter();
            if (histories % HISTORIES_A_LINE == 0) {
                System.out.printf("  %d histories, %d points, %d failures%n", histories, compared, failures);
            }
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
        System.out.printf(
                "%d points of %d histories from seed %d on compared before and after; segments %d bytes before, %d after; %d failures; %d s%n",
                compared, histories, firstSeed, before, after, failures, seconds);
        if (!json.isEmpty()) {
            Files.writeString(
                    Path.of(json), """
                    {"points":%d,"histories":%d,"seed":%d,"bytesBefore":%d,"bytesAfter":%d,"seconds":%d,"failures":%d}
                    """.formatted(compared, histories, firstSeed, before, after, seconds, failures));
        }
        return failures == 0;
    }
}
