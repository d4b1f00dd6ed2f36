package io.holdfast.journal.testkit;

import io.holdfast.journal.testkit.Tampering.Exchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The program behind {@code ./holdfast soak flips}: alters small stores many times, and has each verified. */
public final class Flips {

    private static final String USAGE = """
            Usage: ./holdfast soak flips [--count N] [--seed S] [--json FILE]
            Flips N single bits (100000) and exchanges a tenth as many segments of small recovery stores, each time one, and has each store
            verified without keys. Cuts the newest segment of a store at every byte. Ends with 1 when a verification noticed nothing.
            """;
    private static final int FLIPS_FOR_A_SET_OF_STORES = 5_000;
    private static final int FAILURES_PRINTED_MAX = 20;

    private final List<String> unnoticed = new ArrayList<>();
    private long flips;
    private long exchanges;
    private long cuts;

    private Flips() {}

    /** Runs; the arguments are those of the usage text. */
    public static void main(String[] arguments) throws IOException {
        long count = 100_000;
        long seed = 1;
        String json = "";
        for (int index = 0; index < arguments.length; index += 2) {
            String value = index + 1 < arguments.length ? arguments[index + 1] : "";
            switch (arguments[index]) {
                case "--count" -> count = Long.parseLong(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--json" -> json = value;
                default -> {
                    System.err.print(USAGE);
                    System.exit(2);
                }
            }
        }
        Flips run = new Flips();
        run.play(count, seed);
        run.report(seed, json);
        System.exit(run.unnoticed.isEmpty() ? 0 : 1);
    }

    private void play(long count, long seed) {
        for (long set = 0; flips < count; set++) {
            Tampering tampering = new Tampering(seed + set * 100);
            long until = Math.min(count, flips + FLIPS_FOR_A_SET_OF_STORES);
            while (flips < until) {
                note(seed + set * 100, tampering.flip());
                flips++;
                if (flips % 10 == 0) {
                    Exchange[] ways = Exchange.values();
                    note(seed + set * 100, tampering.exchange(ways[(int) (exchanges % ways.length)]));
                    exchanges++;
                }
            }
            System.err.println(flips + " bits flipped, " + exchanges + " segments exchanged, " + unnoticed.size()
                    + " not noticed");
        }
        cutEverywhere(seed);
    }

    private void note(long seed, Optional<String> missed) {
        missed.ifPresent(what -> unnoticed.add("seed " + seed + ": " + what));
    }

    /** A cut of the newest segment is damage up to where it was acknowledged, and nothing behind that. */
    private void cutEverywhere(long seed) {
        SimulatedFiles store = new SmallStore(seed).grow(6).closed();
        String newest = store.paths().stream()
                .filter(path -> path.endsWith(".open"))
                .findFirst()
                .orElseThrow();
        byte[] content = store.content(newest);
        for (int length = 0; length < content.length; length++) {
            SimulatedFiles cut = store.snapshot();
            cut.replace(newest, java.util.Arrays.copyOf(content, length));
            cuts++;
            if (Tampering.verify(cut).intact()) {
                unnoticed.add("seed " + seed + ": " + newest + " cut to " + length + " of " + content.length);
            }
        }
    }

    private void report(long seed, String json) throws IOException {
        System.out.println(flips + " bits flipped, " + exchanges + " segments exchanged, newest segment cut at " + cuts
                + " bytes: " + unnoticed.size() + " not noticed");
        unnoticed.stream().limit(FAILURES_PRINTED_MAX).forEach(System.out::println);
        if (!json.isEmpty()) {
            Files.writeString(
                    Path.of(json),
                    String.format(
                            Locale.ROOT,
                            "{\"name\":\"flips\",\"seed\":%d,\"flips\":%d,\"exchanges\":%d,\"cuts\":%d,\"notNoticed\":%d}%n",
                            seed,
                            flips,
                            exchanges,
                            cuts,
                            unnoticed.size()));
        }
    }
}
