package io.holdfast.journal.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The program behind {@code ./holdfast test simulation} and {@code ./holdfast soak simulation}: plays seeds and workloads on all cores. */
public final class Simulation {

    private static final long ENUMERATION_SEED = 20_261_121;
    private static final int FAILURES_PRINTED_MAX = 20;
    private static final long REPORT_SECONDS = 30;

    private final Options options;
    private final AtomicLong crashPoints = new AtomicLong();
    private final AtomicLong seedsPlayed = new AtomicLong();
    private final AtomicLong workloadsPlayed = new AtomicLong();
    private final AtomicLong faultsPlayed = new AtomicLong();
    private final AtomicLong operationsWithFaults = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    /**
     * What to play.
     *
     * @param seeds how many random lives of a store
     * @param firstSeed seed of the first
     * @param stepsMost all workloads of up to so many steps; 0 for none
     * @param bug mistake built in
     * @param json where the figures go; empty for nowhere
     */
    private record Options(long seeds, long firstSeed, int stepsMost, PlantedBug bug, String json) {

        private static final String USAGE = """
                Usage: ./holdfast test simulation [--seeds N] [--seed S] [--steps K] [--bug NAME] [--json FILE]
                       ./holdfast soak simulation [the same options]
                Plays the recovery store in a simulator that loses power, tears and reorders writes, fails and fills up, and compares
                every outcome with a plain model. Ends with 1 when anything was wrong; each failure prints its seed.
                  --seeds N   random lives of a store (test: 2000, soak: 10000; 1 when only --seed is given)
                  --seed S    seed of the first (1); a failure replays with its seed alone
                  --steps K   every crash point of every workload of up to K steps (test: 2, soak: 3; 0 when only --seed is given),
                              and each fault at each operation of a longer one
                  --bug NAME  builds a mistake into the store and ends when it is found: %s
                  --json FILE writes seeds, crashPoints and failures
                """;

        static Options parse(List<String> arguments) {
            boolean soak = arguments.contains("--soak");
            boolean replay = arguments.contains("--seed") && !arguments.contains("--seeds");
            long seeds = replay ? 1 : soak ? 10_000 : 2_000;
            long firstSeed = 1;
            int steps = replay ? 0 : soak ? 3 : 2;
            PlantedBug bug = PlantedBug.NONE;
            String json = "";
            for (int index = 0; index < arguments.size(); index++) {
                String name = arguments.get(index);
                if (name.equals("--soak")) {
                    continue;
                }
                index++;
                if (index == arguments.size()) {
                    throw new IllegalArgumentException(name + " has no value");
                }
                String value = arguments.get(index);
                switch (name) {
                    case "--seeds" -> seeds = Long.parseLong(value);
                    case "--seed" -> firstSeed = Long.parseLong(value);
                    case "--steps" -> steps = Integer.parseInt(value);
                    case "--bug" ->
                        bug = PlantedBug.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
                    case "--json" -> json = value;
                    default -> throw new IllegalArgumentException("unknown option " + name);
                }
            }
            return new Options(seeds, firstSeed, steps, bug, json);
        }
    }

    private Simulation(Options options) {
        this.options = options;
    }

    /**
     * Plays.
     *
     * @param arguments see the usage
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.USAGE.formatted(List.of(PlantedBug.values())));
            return;
        }
        Options options;
        try {
            options = Options.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("holdfast: " + e.getMessage() + "; see --help");
            System.exit(2);
            return;
        }
        System.exit(new Simulation(options).run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        long started = System.nanoTime();
        int cores = Runtime.getRuntime().availableProcessors();
        CrashEnumeration enumeration = new CrashEnumeration(ENUMERATION_SEED, options.bug);
        List<List<Step>> workloads = CrashEnumeration.workloads(options.stepsMost);
        System.out.printf(
                "%d seeds from %d on, %d workloads of up to %d steps, on %d cores%n",
                options.seeds, options.firstSeed, workloads.size(), options.stepsMost, cores);
        try (ExecutorService executor = Executors.newFixedThreadPool(cores)) {
            for (List<Step> workload : workloads) {
                executor.execute(() -> guarded(workloadsPlayed, () -> enumeration.play(workload)));
            }
            if (options.stepsMost > 0) {
                for (Fault fault : Fault.values()) {
                    executor.execute(() -> guarded(faultsPlayed, () -> play(fault)));
                }
                executor.execute(() -> guarded(faultsPlayed, this::takeRoom));
            }
            for (long index = 0; index < options.seeds; index++) {
                long seed = options.firstSeed + index;
                executor.execute(() -> guarded(seedsPlayed, () -> play(seed)));
            }
            executor.shutdown();
            while (!executor.awaitTermination(REPORT_SECONDS, TimeUnit.SECONDS)) {
                System.out.printf(
                        "  %4d s: %d workloads, %d seeds, %d failures%n",
                        secondsSince(started), workloadsPlayed.get(), seedsPlayed.get(), failures.size());
            }
        }
        crashPoints.addAndGet(enumeration.crashPoints());
        report(enumeration, secondsSince(started));
        return failures.isEmpty();
    }

    private static long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
    }

    private void play(long seed) {
        SimulatedRun run = new SimulatedRun(seed, options.bug);
        try {
            run.play();
        } finally {
            crashPoints.addAndGet(run.crashPoints());
        }
    }

    private void play(Fault fault) {
        operationsWithFaults.addAndGet(new FaultEnumeration(ENUMERATION_SEED, fault).play(1));
    }

    private void takeRoom() {
        operationsWithFaults.addAndGet(new ReserveEnumeration(ENUMERATION_SEED).play(1));
    }

    /** Whatever goes wrong in one play is a finding, and the others go on; but for a mistake built in one is enough. */
    private void guarded(AtomicLong counter, Runnable play) {
        if (options.bug != PlantedBug.NONE && !failures.isEmpty()) {
            return;
        }
        try {
            play.run();
        } catch (AssertionError | RuntimeException | SimulatedCrash e) {
            failures.add(String.valueOf(e.getMessage()));
            if (failures.size() <= FAILURES_PRINTED_MAX) {
                System.out.println("FAILED " + e.getMessage());
            }
        } finally {
            counter.incrementAndGet();
        }
    }

    private void report(CrashEnumeration enumeration, long seconds) throws IOException {
        System.out.printf(
                "%d seeds, %d workloads, %d operations with faults; power failed at %d points, %d outcomes judged in workloads; %d failures; %d s%n",
                seedsPlayed.get(),
                workloadsPlayed.get(),
                operationsWithFaults.get(),
                crashPoints.get(),
                enumeration.states(),
                failures.size(),
                seconds);
        if (!options.json.isEmpty()) {
            List<String> quoted = new ArrayList<>();
            failures.forEach(failure -> quoted.add(quote(failure)));
            Files.writeString(Path.of(options.json), """
                    {"seeds":%d,"firstSeed":%d,"workloads":%d,"faults":%d,"crashPoints":%d,"outcomes":%d,"failures":%d,"seconds":%d,"failed":[%s]}
                    """.formatted(
                            seedsPlayed.get(),
                            options.firstSeed,
                            workloadsPlayed.get(),
                            operationsWithFaults.get(),
                            crashPoints.get(),
                            enumeration.states(),
                            failures.size(),
                            seconds,
                            String.join(",", quoted)));
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else {
                quoted.append(character < ' ' ? ' ' : character);
            }
        }
        return quoted.append('"').toString();
    }
}
