package io.holdfast.bench;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Many machines trickle into one store: each makes a few small writes a second, at random moments. Everything that a process server and a master target
 * do with them is done in this process, but for the network in between. A write counts from the moment it is due, so what holds up the measurement is
 * part of it. Fields: {@code docs/operating/figures.md}.
 *
 * <p>Usage: {@code TrickleBench [--json FILE] [--directory DIR] [--machines N] [--writes N] [--seconds N]}.
 */
final class TrickleBench {

    private static final int WRITE_BYTES = 4096;
    private static final int DATA_BYTES = 4 << 20;
    private static final long SEED = 20_261_121;
    private static final long TICK_MILLIS = 10;
    private static final long SETTLE_SECONDS = 20;
    private static final long SECONDS_MAX = 600;
    private static final long END_SECONDS_MAX = 60;

    private final Options options;
    private final Path directory;
    private final Random random = new Random(SEED);
    private final TrickleFigures figures = new TrickleFigures();
    private final Map<MachineId, TrickleMachine> machines = new LinkedHashMap<>();

    private TrickleBench(Options options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    private record Options(Optional<Path> json, Path base, int machines, int writes, long seconds) {

        static Options parse(String[] arguments) {
            Optional<Path> json = Optional.empty();
            Path base = Path.of(System.getProperty("java.io.tmpdir"));
            int machines = 2_000;
            int writes = 4;
            long seconds = 120;
            for (int index = 0; index < arguments.length; index += 2) {
                if (index + 1 == arguments.length) {
                    throw new IllegalArgumentException(arguments[index] + " needs a value; see --help");
                }
                String value = arguments[index + 1];
                switch (arguments[index]) {
                    case "--json" -> json = Optional.of(Path.of(value));
                    case "--directory" -> base = Path.of(value);
                    case "--machines" -> machines = Math.max(1, Integer.parseInt(value));
                    case "--writes" -> writes = Math.max(1, Integer.parseInt(value));
                    case "--seconds" -> seconds = Math.clamp(Long.parseLong(value), 1, SECONDS_MAX);
                    default -> throw new IllegalArgumentException(arguments[index] + " is unknown; see --help");
                }
            }
            return new Options(json, base, machines, writes, seconds);
        }
    }

    /**
     * Measures and prints.
     *
     * @param arguments see the class
     * @throws Exception when the directory cannot be written, or the store fails
     */
    static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        Path directory = Files.createTempDirectory(options.base, "holdfast-trickle");
        try {
            new TrickleBench(options, directory).run();
        } finally {
            Folders.deleteAll(directory);
        }
    }

    private void run() throws Exception {
        byte[] data = new IngestPages(random).fill(DATA_BYTES);
        double loadBefore = IngestReport.systemLoad();
        long heapBefore = heapBytes();
        Path folder = directory.resolve("store");
        try (RecoveryStore store = RecoveryStore.open(folder, StoreSettings.DEFAULT, TimeSource.SYSTEM);
                ExecutorService sealers =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            TrickleKeeper keeper = new TrickleKeeper(store, machines);
            System.out.printf(Locale.ROOT, "Making the histories of %,d machines ...%n", options.machines);
            long started = System.nanoTime();
            TrickleMachine.Means means =
                    new TrickleMachine.Means(data, WRITE_BYTES, sealers, keeper::appended, figures);
            for (int number = 0; number < options.machines; number++) {
                MachineId machine = new MachineId(new UUID(1, number));
                machines.put(machine, new TrickleMachine(store, machine, new Random(random.nextLong()), means));
            }
            double makeSeconds = (System.nanoTime() - started) / 1e9;
            Thread thread = Thread.ofPlatform().name("holdfast-trickle-keeper").start(keeper);
            System.out.printf(
                    Locale.ROOT,
                    "Writing for %d s, of which the first %d do not count ...%n",
                    options.seconds + SETTLE_SECONDS,
                    SETTLE_SECONDS);
            trickle(SETTLE_SECONDS, keeper);
            long from = System.nanoTime();
            long coresFrom = ProcessorTime.nanos();
            figures.begin(from);
            trickle(options.seconds, keeper);
            long until = System.nanoTime();
            figures.end(until);
            double cores = (double) (ProcessorTime.nanos() - coresFrom) / (until - from);
            finish(keeper, thread);
            long heap = heapBytes() - heapBefore - figures.heapBytes();
            List<TrickleKeeper.Commit> commits = keeper.commits().stream()
                    .filter(commit -> commit.atNanos() >= from && commit.atNanos() < until)
                    .toList();
            String json = figures.report(new TrickleFigures.Run(
                    options.machines,
                    (until - from) / 1e9,
                    makeSeconds,
                    commits,
                    keeper.maintenance(),
                    cores,
                    heap,
                    openFiles(),
                    Folders.bytes(folder) - StoreSettings.DEFAULT.intakeBytes(),
                    loadBefore));
            if (options.json.isPresent()) {
                Files.writeString(options.json.get(), json);
            }
        }
    }

    /** Every machine writes at moments of its own, in the mean so many times a second. */
    private void trickle(long seconds, TrickleKeeper keeper) throws InterruptedException {
        TrickleMachine[] all = machines.values().toArray(TrickleMachine[]::new);
        long[] due = new long[all.length];
        long start = System.nanoTime();
        Arrays.setAll(due, _ -> start + gapNanos());
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = start; now < end; now = System.nanoTime()) {
            for (int index = 0; index < all.length; index++) {
                while (due[index] <= now && all[index].hasRoom()) {
                    all[index].write(due[index]);
                    due[index] += gapNanos();
                }
                all[index].tick(now);
            }
            keeper.throwIfFailed();
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
    }

    private long gapNanos() {
        return (long) (-Math.log(1 - random.nextDouble()) / options.writes * 1e9);
    }

    private void finish(TrickleKeeper keeper, Thread thread) throws InterruptedException {
        machines.values().forEach(TrickleMachine::end);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS_MAX);
        while (!machines.values().stream().allMatch(TrickleMachine::isDurable)) {
            keeper.throwIfFailed();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not everything was durable " + END_SECONDS_MAX + " s after the end");
            }
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
        keeper.stop();
        thread.join();
        keeper.throwIfFailed();
    }

    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
