package io.holdfast.journal.testkit;

import io.holdfast.journal.StoreSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Plays short workloads on a store that has a little history, lets power fail at each of their file operations, and judges what the next start
 * finds for every subset of the operations that were not forced: all subsets of up to eight, a sample above; and with each single write torn. After
 * some of them the store goes on, and a second start finds the same. Thread-safe.
 */
public final class CrashEnumeration {

    /** Small, so that a few steps fill the log and several segments. */
    static final StoreSettings SETTINGS = new StoreSettings(
                    1 << 20, SimulatedStore.SEGMENT_BYTES, 1 << 20, 20_000, 64 << 10, 64 << 10)
            .withMergeFanIn(2);

    private static final int DISK_BYTES_MOST = 60_000;
    private static final int WRITE_BYTES_MOST = 20_000;
    private static final int SUBSETS_OF_MOST = 8;
    private static final CrashChoice NOTHING_KEPT = new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN);
    private static final int GOES_ON_EACH = 7;
    private static final int SAMPLES = 1 << SUBSETS_OF_MOST;
    static final List<Step> HISTORY = List.of(
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.SEAL,
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.SEAL,
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.PIN,
            Step.APPEND,
            Step.COMMIT);

    private final long seed;
    private final PlantedBug bug;
    private final AtomicLong crashPoints = new AtomicLong();
    private final AtomicLong states = new AtomicLong();

    public CrashEnumeration(long seed, PlantedBug bug) {
        this.seed = seed;
        this.bug = bug;
    }

    /** A machine of these workloads. */
    static StoreDriver driver(long seed) {
        return new StoreDriver(seed, DISK_BYTES_MOST, WRITE_BYTES_MOST);
    }

    /** All workloads of one to so many steps. */
    public static List<List<Step>> workloads(int stepsMost) {
        List<List<Step>> all = new ArrayList<>();
        List<List<Step>> longest = List.of(List.of());
        for (int length = 1; length <= stepsMost; length++) {
            List<List<Step>> longer = new ArrayList<>();
            for (List<Step> before : longest) {
                for (Step step : Step.changing()) {
                    List<Step> workload = new ArrayList<>(before);
                    workload.add(step);
                    longer.add(workload);
                }
            }
            all.addAll(longer);
            longest = longer;
        }
        return all;
    }

    /** How many times power failed. */
    public long crashPoints() {
        return crashPoints.get();
    }

    /** How many outcomes of that were judged. */
    public long states() {
        return states.get();
    }

    /**
     * Plays one workload, and judges what a loss of power before each operation of its last step, and after its end, would leave. The steps before
     * are those of shorter workloads.
     *
     * @throws AssertionError when something acknowledged is lost or something is there that nobody offered; it names the seed, the workload, the
     *     operation and what had reached the medium
     */
    public void play(List<Step> workload) {
        StoreDriver driver = driver(seed);
        SimulatedFiles files = new SimulatedFiles(seed);
        SimulatedStore store = new SimulatedStore(bug, SETTINGS, files, List.of(driver));
        HISTORY.forEach(step -> store.act(step, driver));
        workload.subList(0, workload.size() - 1).forEach(step -> store.act(step, driver));
        long first = files.operations();
        Runnable judge = () -> {
            store.look();
            judge(files, driver.mark(), workload + ", power lost after operation " + (files.operations() - first));
        };
        files.beforeEach(judge);
        store.act(workload.getLast(), driver);
        judge.run();
    }

    /**
     * Plays one step, and lets power fail before each of its operations and again before each operation of the start after that.
     *
     * @throws AssertionError as {@link #play} does
     */
    public void playWithStartsCutShort(Step step) {
        StoreDriver driver = driver(seed);
        SimulatedFiles files = new SimulatedFiles(seed);
        SimulatedStore store = new SimulatedStore(bug, SETTINGS, files, List.of(driver));
        HISTORY.forEach(before -> store.act(before, driver));
        long first = files.operations();
        files.beforeEach(() -> {
            StoreDriver.Mark mark = driver.mark();
            for (CrashChoice choice : List.of(NOTHING_KEPT, everything(files))) {
                SimulatedFiles found = files.outcome(choice);
                String where = "[" + step + "], power lost after operation " + (files.operations() - first) + " with "
                        + choice.kept() + " kept, and again after operation ";
                found.beforeEach(() -> judge(found, mark, where + found.operations()));
                StoreDriver starting = driver(seed);
                starting.rewind(mark);
                new SimulatedStore(bug, SETTINGS, found, List.of(starting)).check();
            }
        });
        store.act(step, driver);
    }

    private static CrashChoice everything(SimulatedFiles files) {
        return new CrashChoice(Set.copyOf(files.unforced()), CrashChoice.NOTHING_TORN);
    }

    private void judge(SimulatedFiles files, StoreDriver.Mark mark, String where) {
        crashPoints.incrementAndGet();
        List<Long> unforced = files.unforced();
        StoreDriver other = driver(seed);
        for (CrashChoice choice : choices(unforced, seed)) {
            boolean goesOn = states.incrementAndGet() % GOES_ON_EACH == 0;
            other.rewind(mark);
            try {
                SimulatedFiles found = files.outcome(choice);
                SimulatedStore recovered = new SimulatedStore(bug, SETTINGS, found, List.of(other));
                recovered.check();
                if (goesOn) {
                    goOn(recovered, other);
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", " + where + ", not forced " + unforced + ", found after it " + choice + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }

    /** Power fails again, with nothing lost that was forced; the next start finds the same, and the store goes on. */
    private static void goOn(SimulatedStore recovered, StoreDriver driver) {
        recovered.reopen(recovered.files().outcome(NOTHING_KEPT));
        recovered.act(Step.APPEND, driver);
        recovered.act(Step.COMMIT, driver);
    }

    static List<CrashChoice> choices(List<Long> unforced, long seed) {
        List<CrashChoice> choices = new ArrayList<>();
        if (unforced.size() <= SUBSETS_OF_MOST) {
            for (int bits = 0; bits < 1 << unforced.size(); bits++) {
                choices.add(new CrashChoice(subset(unforced, bits), CrashChoice.NOTHING_TORN));
            }
        } else {
            Random random = new Random(seed);
            choices.add(NOTHING_KEPT);
            choices.add(new CrashChoice(Set.copyOf(unforced), CrashChoice.NOTHING_TORN));
            for (int sample = 2; sample < SAMPLES; sample++) {
                Set<Long> kept = new HashSet<>(unforced);
                kept.removeIf(_ -> random.nextBoolean());
                choices.add(new CrashChoice(kept, CrashChoice.NOTHING_TORN));
            }
        }
        for (long torn : unforced) {
            Set<Long> others = new HashSet<>(unforced);
            others.remove(torn);
            choices.add(new CrashChoice(others, torn));
        }
        return choices;
    }

    private static Set<Long> subset(List<Long> unforced, int bits) {
        Set<Long> kept = new HashSet<>();
        for (int index = 0; index < unforced.size(); index++) {
            if ((bits & 1 << index) != 0) {
                kept.add(unforced.get(index));
            }
        }
        return kept;
    }
}
