package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.List;
import java.util.Set;

/**
 * Lets one fault happen at each file operation of a workload in turn, from the making of the store on. The store goes on rightly or refuses by name;
 * what another start finds afterwards, the process killed or power lost, has everything that was acknowledged.
 */
public final class FaultEnumeration {

    private static final int DISK_BYTES_MOST = 60_000;
    private static final int WRITE_BYTES_MOST = 20_000;
    private static final int REFUSALS_UNTIL_THERE_IS_ROOM = 3;
    private static final CrashChoice NOTHING_KEPT = new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN);
    private static final List<Step> WORKLOAD = List.of(
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.SEAL,
            Step.APPEND,
            Step.COMMIT,
            Step.PIN,
            Step.APPEND,
            Step.READ,
            Step.BRANCH,
            Step.APPEND_MUCH,
            Step.COMMIT,
            Step.SEAL,
            Step.UNPIN,
            Step.APPEND,
            Step.COMMIT,
            Step.READ);

    private final long seed;
    private final Fault fault;

    /**
     * Prepares.
     *
     * @param seed chooses what the machine writes
     * @param fault the fault
     */
    public FaultEnumeration(long seed, Fault fault) {
        this.seed = seed;
        this.fault = fault;
    }

    /**
     * Plays the workload once for each operation.
     *
     * @param stride plays each so many-th operation
     * @return how many operations suffered the fault
     * @throws AssertionError when the store does something wrong; it names seed, fault and operation
     */
    public int play(int stride) {
        int suffered = 0;
        for (int operation = 1; ; operation += stride) {
            SimulatedFiles files = new SimulatedFiles(seed);
            files.failAt(fault, operation);
            try {
                playOn(files);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", " + fault + " at operation " + operation + ": " + e.getMessage(), e);
            }
            suffered += files.faultHappened() ? 1 : 0;
            if (operation > (fault == Fault.READ_ERROR ? files.reads() : files.operations())) {
                return suffered;
            }
        }
    }

    private void playOn(SimulatedFiles files) {
        StoreDriver driver = new StoreDriver(seed, DISK_BYTES_MOST, WRITE_BYTES_MOST);
        try {
            SimulatedStore store =
                    new SimulatedStore(PlantedBug.NONE, CrashEnumeration.SETTINGS, files, List.of(driver));
            work(store, driver);
        } catch (HoldfastException e) {
            requireNamed(e);
        }
        files.bytesMax(Long.MAX_VALUE);
        StoreDriver.Mark mark = driver.mark();
        judge(files.outcome(NOTHING_KEPT), driver);
        driver.rewind(mark);
        judge(files.afterKill(), driver);
    }

    /** Goes on after what can be gone on after; room comes back after some refusals. */
    private void work(SimulatedStore store, StoreDriver driver) {
        int refusals = 0;
        for (Step step : WORKLOAD) {
            try {
                store.act(step, driver);
            } catch (HoldfastException e) {
                requireNamed(e);
                refusals++;
                if (e.code() == ErrorCode.DISK_ERROR && (step == Step.BRANCH || hasStopped(store))) {
                    return;
                }
                if (refusals == REFUSALS_UNTIL_THERE_IS_ROOM) {
                    store.files().bytesMax(Long.MAX_VALUE);
                }
                dropWhatWaits(store);
            }
        }
        store.close();
    }

    /** A store whose medium failed takes nothing more; only one that could not read may go on. */
    private boolean hasStopped(SimulatedStore store) {
        try {
            store.commit();
        } catch (HoldfastException e) {
            Expect.equal("refusal of a store that has stopped", e.code(), ErrorCode.DISK_ERROR);
            return true;
        }
        Expect.equal("fault after which the store goes on", fault, Fault.READ_ERROR);
        return false;
    }

    /** What waits becomes durable or is dropped; the source goes on from the head. */
    private void dropWhatWaits(SimulatedStore store) {
        try {
            store.commit();
        } catch (HoldfastException e) {
            requireNamed(e);
        }
        store.resume();
    }

    private void requireNamed(HoldfastException refusal) {
        Set<ErrorCode> names = switch (fault) {
            case IO_ERROR, READ_ERROR, SHORT_WRITE, FORCE_FAILED -> Set.of(ErrorCode.DISK_ERROR);
            case DISK_FULL, ROOM_TAKEN, HOLES_FULL -> Set.of(ErrorCode.DISK_FULL);
            case OVERWRITES_FULL -> Set.of(ErrorCode.DISK_FULL, ErrorCode.DISK_ERROR);
            case BIT_ROT -> Set.of(ErrorCode.STORE_DAMAGED, ErrorCode.DATA_FOLDER_NEWER, ErrorCode.DATA_FOLDER_COPIED);
        };
        if (!names.contains(refusal.code())) {
            throw new AssertionError("refused as " + refusal.code() + "; expected one of " + names, refusal);
        }
    }

    /** Another start, and work of its own; then power is lost, and one more. */
    private void judge(SimulatedFiles found, StoreDriver driver) {
        if (fault == Fault.BIT_ROT) {
            judgeDamaged(found, driver);
            return;
        }
        SimulatedStore again = new SimulatedStore(PlantedBug.NONE, CrashEnumeration.SETTINGS, found, List.of(driver));
        again.check();
        again.act(Step.SEAL, driver);
        again.reopen(found.outcome(NOTHING_KEPT));
        again.act(Step.APPEND, driver);
        again.act(Step.COMMIT, driver);
    }

    /** Damage is named, or does no harm: what is shown is what was written. */
    private void judgeDamaged(SimulatedFiles found, StoreDriver driver) {
        try {
            new SimulatedStore(PlantedBug.NONE, CrashEnumeration.SETTINGS, found, List.of(driver)).checkDamaged();
        } catch (HoldfastException e) {
            requireNamed(e);
        }
    }
}
