package io.holdfast.journal.testkit;

import io.holdfast.journal.testkit.Tampering.Exchange;
import io.holdfast.journal.testkit.Truncations.Moment;
import io.holdfast.journal.testkit.Truncations.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The program behind {@code ./holdfast soak flips}: alters small stores many times, and has each verified. */
public final class Flips {

    private static final String USAGE = """
            Usage: ./holdfast soak flips [--count N] [--seed S] [--json FILE]
            Flips N single bits (100000) and exchanges a tenth as many segments of small recovery stores, each time one, and has each store
            verified without keys; every tenth is opened as well, as is each with an exchanged segment, and what it serves is compared with what
            was written. Cuts the newest segment and the intake log of stores that were killed in a commit at every byte, has each verified,
            and opens those that are called intact and one of 16 others. Uses all cores. Ends with 1 when something was not noticed.
            """;
    private static final int FLIPS_FOR_A_SET_OF_STORES = 2_500;
    private static final int SEEDS_FOR_A_SET_OF_STORES = 100;
    private static final int FAILURES_PRINTED_MAX = 20;

    private final long seed;
    private Counts all = new Counts(0, 0, 0, 0, 0, List.of());

    /** What some of the work found; sums up. */
    private record Counts(
            long flips, long exchanges, long opened, long cuts, long unacknowledged, List<String> unnoticed) {

        Counts with(Counts more) {
            List<String> lines = new ArrayList<>(unnoticed);
            lines.addAll(more.unnoticed);
            return new Counts(
                    flips + more.flips,
                    exchanges + more.exchanges,
                    opened + more.opened,
                    cuts + more.cuts,
                    unacknowledged + more.unacknowledged,
                    lines);
        }

        @Override
        public String toString() {
            return flips + " bits flipped, " + exchanges + " segments exchanged, newest segment and intake log cut at "
                    + cuts + " bytes, " + unacknowledged + " of them behind what was acknowledged; " + opened
                    + " of these stores opened; " + unnoticed.size() + " not noticed";
        }
    }

    private Flips(long seed) {
        this.seed = seed;
    }

    /** Runs; the arguments are those of the usage text. */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        SoakOptions options = SoakOptions.parse(arguments, "--count", 100_000, USAGE);
        Flips run = new Flips(options.seed());
        run.play(options.count());
        run.report(options.json());
        System.exit(run.all.unnoticed().isEmpty() ? 0 : 1);
    }

    private void play(long count) throws InterruptedException, ExecutionException {
        List<Callable<Counts>> work = new ArrayList<>();
        for (Moment moment : Moment.values()) {
            work.add(() -> counts(new Truncations(new Origin(2 * seed, moment)).cutNewestSegment(1)));
            work.add(() -> counts(new Truncations(new Origin(2 * seed + 1, moment)).cutLog(1)));
        }
        for (long done = 0; done < count; done += FLIPS_FOR_A_SET_OF_STORES) {
            long stores = seed + work.size() * (long) SEEDS_FOR_A_SET_OF_STORES;
            int flips = (int) Math.min(FLIPS_FOR_A_SET_OF_STORES, count - done);
            work.add(() -> alter(stores, flips));
        }
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Counts>> results = new ArrayList<>();
            work.forEach(part -> results.add(threads.submit(part)));
            for (Future<Counts> result : results) {
                all = all.with(result.get());
                System.err.println(all);
            }
        }
    }

    private static Counts counts(Truncations store) {
        return new Counts(0, 0, store.opened(), store.cuts(), store.accepted(), store.failures());
    }

    private static Counts alter(long seed, int flips) {
        Tampering tampering = new Tampering(seed);
        List<String> unnoticed = new ArrayList<>();
        for (int flip = 0; flip < flips; flip++) {
            tampering.flip().ifPresent(what -> unnoticed.add("seed " + seed + ": " + what));
        }
        Exchange[] ways = Exchange.values();
        for (int exchange = 0; exchange < flips / 10; exchange++) {
            tampering
                    .exchange(ways[exchange % ways.length])
                    .ifPresent(what -> unnoticed.add("seed " + seed + ": " + what));
        }
        return new Counts(flips, flips / 10, tampering.opened(), 0, 0, unnoticed);
    }

    private void report(String json) throws IOException {
        System.out.println("seed " + seed + ": " + all);
        all.unnoticed().stream().limit(FAILURES_PRINTED_MAX).forEach(System.out::println);
        if (!json.isEmpty()) {
            Files.writeString(
                    Path.of(json),
                    String.format(
                            Locale.ROOT,
                            "{\"name\":\"flips\",\"seed\":%d,\"flips\":%d,\"exchanges\":%d,\"opened\":%d,\"cuts\":%d,"
                                    + "\"cutsBehindAcknowledged\":%d,\"notNoticed\":%d}%n",
                            seed,
                            all.flips(),
                            all.exchanges(),
                            all.opened(),
                            all.cuts(),
                            all.unacknowledged(),
                            all.unnoticed().size()));
        }
    }
}
