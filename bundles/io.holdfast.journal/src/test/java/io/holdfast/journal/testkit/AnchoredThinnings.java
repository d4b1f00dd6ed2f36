package io.holdfast.journal.testkit;

import io.holdfast.journal.testkit.AnchoredThinning.Alteration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The program behind {@code ./holdfast soak thinning}: small stores are thinned and held to anchors from before, and altered. */
public final class AnchoredThinnings {

    private static final String USAGE = """
            Usage: ./holdfast soak thinning [--count N] [--seed S] [--json FILE]
            Thins small recovery stores, with and without their keys, until N segments (1000) were rewritten. After each one the store is verified without keys against an anchor
            that was taken before the first. Then one object of each store is deleted, exchanged with another, set back to what it was before, and the
            ledger altered and signed again with the store's own key. Ends with 1 when a proof fails or an alteration is not named.
            """;

    private final List<String> failures = new ArrayList<>();
    private long stores;
    private long compactions;
    private long named;
    private final Map<String, Thinned> thinned = new TreeMap<>();

    /** What thinning has given in one mode of keys, and what it took. */
    private record Thinned(long bytesBefore, long bytesAfter, long workNanos) {

        Thinned with(AnchoredThinning more) {
            return new Thinned(
                    bytesBefore + more.bytesBefore(), bytesAfter + more.bytesAfter(), workNanos + more.workNanos());
        }

        long workMillis() {
            return TimeUnit.NANOSECONDS.toMillis(workNanos);
        }
    }

    private AnchoredThinnings() {}

    /** Runs; the arguments are those of the usage text. */
    public static void main(String[] arguments) throws IOException {
        SoakOptions options = SoakOptions.parse(arguments, "--count", 1_000, USAGE);
        AnchoredThinnings run = new AnchoredThinnings();
        while (run.compactions < options.count() && run.failures.isEmpty()) {
            run.play(options.seed() + run.stores, false);
            run.play(options.seed() + run.stores, true);
        }
        run.report(options.seed(), options.json());
        System.exit(run.failures.isEmpty() ? 0 : 1);
    }

    private void play(long seed, boolean resident) {
        AnchoredThinning thinning = new AnchoredThinning(seed, resident);
        try {
            thinning.thin();
            for (Alteration how : Alteration.values()) {
                if (thinning.alter(how).isPresent()) {
                    named++;
                } else {
                    failures.add("seed " + seed + ": " + how + " was not named");
                }
            }
        } catch (AssertionError e) {
            failures.add(String.valueOf(e.getMessage()));
        }
        stores++;
        compactions += thinning.compactions();
        thinned.merge(
                resident ? "resident" : "blind",
                new Thinned(0, 0, 0).with(thinning),
                (before, _) -> before.with(thinning));
        System.out.printf("  %d stores, %d compactions proved, %d alterations named%n", stores, compactions, named);
    }

    private void report(long seed, String json) throws IOException {
        failures.forEach(failure -> System.out.println("FAILED " + failure));
        System.out.printf(
                Locale.ROOT,
                "%d compactions of %d stores proved against anchors from before; %d of %d alterations named%n",
                compactions,
                stores,
                named,
                stores * Alteration.values().length);
        thinned.forEach((mode, figures) -> System.out.printf(
                Locale.ROOT,
                "  %s: segments %d bytes before, %d after, in %d ms of processor time%n",
                mode,
                figures.bytesBefore,
                figures.bytesAfter,
                figures.workMillis()));
        if (!json.isEmpty()) {
            Files.writeString(Path.of(json), """
                    {"name":"thinning","seed":%d,"stores":%d,"compactions":%d,"named":%d,"modes":{%s},"failures":%d}
                    """.formatted(
                            seed, stores, compactions, named, String.join(",", modes()), failures.size()));
        }
    }

    private List<String> modes() {
        List<String> modes = new ArrayList<>();
        thinned.forEach((mode, figures) ->
                modes.add("""
                "%s":{"bytesBefore":%d,"bytesAfter":%d,"workMillis":%d}""".formatted(mode, figures.bytesBefore, figures.bytesAfter, figures.workMillis())));
        return modes;
    }
}
