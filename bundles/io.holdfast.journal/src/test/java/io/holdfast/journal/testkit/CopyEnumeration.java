package io.holdfast.journal.testkit;

import io.holdfast.journal.RecoveryStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies the history that a short workload makes, and lets power fail in the target at each file operation of the copy. For every subset of what was
 * not forced, as in {@link CrashEnumeration}, the target is verified as it lies there, and the copy is made again and compared. Thread-safe.
 */
public final class CopyEnumeration {

    private final long seed;
    private final AtomicLong states = new AtomicLong();

    public CopyEnumeration(long seed) {
        this.seed = seed;
    }

    /** How many outcomes were judged. */
    public long states() {
        return states.get();
    }

    /**
     * Plays one workload and copies what it leaves.
     *
     * @throws AssertionError when the copy is damaged or cannot be gone on with; it names the seed, the workload, the operation and what had reached the
     *     medium
     */
    public void play(List<Step> workload) {
        StoreDriver driver = CrashEnumeration.driver(seed);
        SimulatedStore source = new SimulatedStore(
                PlantedBug.NONE, CrashEnumeration.SETTINGS, new SimulatedFiles(seed), List.of(driver));
        CrashEnumeration.HISTORY.forEach(step -> source.act(step, driver));
        workload.forEach(step -> source.act(step, driver));
        source.commit();
        source.copyTo((store, machine) -> copy(store, machine, workload), driver);
    }

    private void copy(RecoveryStore source, StoreDriver driver, List<Step> workload) {
        SimulatedFiles files = new SimulatedFiles(seed, 1);
        try (RecoveryStore target = open(files)) {
            files.beforeEach(() -> judge(source, files, driver, workload));
            SimulatedCopy.carry(source, target, driver);
            files.beforeEach(() -> {});
        }
    }

    private static RecoveryStore open(SimulatedFiles files) {
        return RecoveryStore.open(files, CrashEnumeration.SETTINGS, StoreDriver.TIME);
    }

    private void judge(RecoveryStore source, SimulatedFiles files, StoreDriver driver, List<Step> workload) {
        List<Long> unforced = files.unforced();
        for (CrashChoice choice : CrashEnumeration.choices(unforced, seed)) {
            states.incrementAndGet();
            SimulatedFiles found = files.outcome(choice);
            try {
                SimulatedStore.requireIntact(found, List.of(), List.of(driver));
                try (RecoveryStore target = open(found)) {
                    SimulatedCopy.carry(source, target, driver);
                    SimulatedCopy.compare(source, target, driver);
                }
                SimulatedStore.requireIntact(found, List.of(), List.of(driver));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", copy after " + workload + ", power lost in the target after operation "
                                + files.operations() + ", not forced " + unforced + ", found after it " + choice + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }
}
