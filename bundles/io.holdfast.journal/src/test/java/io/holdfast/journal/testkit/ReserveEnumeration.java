package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.StoreReserve;
import io.holdfast.journal.StoreSettings;
import java.util.List;
import java.util.Set;

/**
 * Takes the room, but for a part of the reserve, at each file operation of a workload in turn. From there on batches are refused by name and all else
 * goes on: nothing finds the medium full. Batches are taken in again by themselves once there is room, and another start, the process killed or power
 * lost, finds all that was acknowledged.
 */
public final class ReserveEnumeration {

    /** What is left to the store: less than its reserve, and as much as its maintenance needs. */
    static final int BYTES_LEFT = 400_000;

    private static final StoreSettings SETTINGS =
            CrashEnumeration.SETTINGS.withReserve(StoreReserve.of(BYTES_LEFT + 100_000));
    private static final int DISK_BYTES_MOST = 60_000;
    private static final int WRITE_BYTES_MOST = 20_000;
    private static final CrashChoice NOTHING_KEPT = new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN);
    private static final Set<Step> INTAKE = Set.of(Step.APPEND, Step.APPEND_MUCH, Step.COMMIT, Step.ROTATE_KEY);
    private static final List<Step> WORKLOAD = List.of(
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.SEAL,
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.PIN,
            Step.SEAL,
            Step.MERGE,
            Step.APPEND,
            Step.COMMIT,
            Step.RETIRE,
            Step.APPEND,
            Step.BRANCH,
            Step.ROTATE_KEY,
            Step.COMMIT,
            Step.READ,
            Step.UNPIN,
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.SEAL,
            Step.CLEAN);

    private final long seed;

    /**
     * Prepares.
     *
     * @param seed chooses what the machine writes
     */
    public ReserveEnumeration(long seed) {
        this.seed = seed;
    }

    /**
     * Plays the workload once for each operation.
     *
     * @param stride plays each so many-th operation
     * @return how many times batches were refused
     * @throws AssertionError when the store does something wrong; it names seed and operation
     */
    public int play(int stride) {
        int refused = 0;
        for (int operation = 1; ; operation += stride) {
            SimulatedFiles files = new SimulatedFiles(seed);
            StoreDriver driver = new StoreDriver(seed, DISK_BYTES_MOST, WRITE_BYTES_MOST);
            SimulatedStore store = new SimulatedStore(PlantedBug.NONE, SETTINGS, files, List.of(driver));
            long at = files.operations() + operation;
            files.failAt(Fault.ROOM_TAKEN, at);
            try {
                refused += playOn(store, driver);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", room taken at operation " + operation + ": " + e.getMessage(), e);
            }
            if (at > files.operations()) {
                return refused;
            }
        }
    }

    private static int playOn(SimulatedStore store, StoreDriver driver) {
        SimulatedFiles files = store.files();
        int refused = 0;
        for (Step step : WORKLOAD) {
            refused += act(store, step, driver);
        }
        Expect.equal("intake is stopped", store.room().intakeStopped(), files.faultHappened());
        Expect.equal("operations that found the medium full", files.refusals(), 0L);

        files.bytesMax(Long.MAX_VALUE);
        store.act(Step.APPEND, driver);
        store.act(Step.COMMIT, driver);
        Expect.equal("newest block that is durable", driver.acknowledgedBlock(), driver.offeredBlock());

        StoreDriver.Mark mark = driver.mark();
        judge(files.outcome(NOTHING_KEPT), driver);
        driver.rewind(mark);
        judge(files.afterKill(), driver);
        return refused;
    }

    /** Returns how many times it was refused: only batches may be. */
    private static int act(SimulatedStore store, Step step, StoreDriver driver) {
        try {
            store.act(step, driver);
            return 0;
        } catch (HoldfastException e) {
            Expect.equal("refusal of " + step, e.code(), ErrorCode.DISK_FULL);
            Expect.that(INTAKE.contains(step), step + " is done in the reserve: " + e.getMessage());
        }
        dropWhatWaits(store);
        return 1;
    }

    /** The machine goes on from what is durable, as it does after its session was ended. */
    private static void dropWhatWaits(SimulatedStore store) {
        try {
            store.commit();
        } catch (HoldfastException e) {
            Expect.equal("refusal of what waited", e.code(), ErrorCode.DISK_FULL);
        }
        store.resume();
    }

    private static void judge(SimulatedFiles found, StoreDriver driver) {
        SimulatedStore again = new SimulatedStore(PlantedBug.NONE, SETTINGS, found, List.of(driver));
        again.check();
        again.act(Step.APPEND, driver);
        again.act(Step.COMMIT, driver);
    }
}
