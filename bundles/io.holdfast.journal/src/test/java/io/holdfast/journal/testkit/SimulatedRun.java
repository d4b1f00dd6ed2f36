package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.StoreReserve;
import io.holdfast.journal.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The life of one store, all of it chosen by a seed: with a reserve or without, some machines, random steps, and again and again power that fails, a
 * process that is killed, a medium that fails or fills up, also while the store recovers. After each it is verified as it lies there, opened again and
 * compared with the plain model. Of eight seeds two have the sealed segments rest as objects behind a network that fails, and two have histories copied
 * to another store, which loses power as well.
 */
public final class SimulatedRun {

    private static final int ROUNDS = 5;
    private static final int STEPS = 40;
    private static final int RECOVERIES_CUT_SHORT_MOST = 3;
    private static final int RESERVE_BYTES = 100_000;
    private static final int KINDS = 8;
    private static final int TRANSFERS_EACH = 8;
    private static final int NETWORK_FAULTS_IN_HUNDRED = 10;
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 128 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10).withMergeFanIn(2);

    private final long seed;
    private final Random random;
    private final Random transfers;
    private final @Nullable SimulatedBlobs objects;
    private final @Nullable SimulatedCopy copy;
    private final SimulatedStore store;
    private long crashPoints;

    /** How a round ends. */
    private enum End {
        POWER,
        KILL,
        FORCE,
        FULL,
        MEDIUM,
        ORDER
    }

    public SimulatedRun(long seed, PlantedBug bug) {
        this.seed = seed;
        random = new Random(seed);
        List<StoreDriver> drivers = new ArrayList<>();
        for (int machine = 0; machine < 2; machine++) {
            drivers.add(new StoreDriver(random.nextLong(), 300_000, 20_000));
        }
        transfers = new Random(seed);
        long kind = Math.floorMod(seed, KINDS);
        objects = kind == 2 || kind == 3 ? new SimulatedBlobs(seed) : null;
        copy = kind == 3 || kind == 4 ? new SimulatedCopy(seed, SETTINGS) : null;
        StoreSettings settings = seed % 3 == 1 ? SETTINGS.withReserve(StoreReserve.of(RESERVE_BYTES)) : SETTINGS;
        store = new SimulatedStore(bug, settings, new SimulatedFiles(seed), drivers, objects);
    }

    /** How many times power failed, or something else went wrong. */
    public long crashPoints() {
        return crashPoints;
    }

    /**
     * Plays it.
     *
     * @throws AssertionError when the store says or does something wrong; it names the seed
     */
    public void play() {
        int round = 0;
        try {
            for (; round < ROUNDS; round++) {
                End end = End.values()[random.nextInt(End.values().length)];
                arm(end);
                work();
                crashPoints++;
                recover(end);
            }
            store.verifyAtRest();
            if (copy != null) {
                copy.verifyAtRest(store.drivers());
            }
        } catch (AssertionError | RuntimeException | SimulatedCrash e) {
            throw new AssertionError("seed " + seed + ", round " + round + ": " + e.getMessage(), e);
        }
    }

    private void arm(End end) {
        if (objects != null) {
            objects.faults(NETWORK_FAULTS_IN_HUNDRED);
        }
        SimulatedFiles files = store.files();
        long at = files.operations() + 1 + random.nextInt(160);
        switch (end) {
            case POWER, KILL -> files.crashAt(at);
            case FORCE -> files.failForceAt(at);
            case FULL -> files.bytesMax(files.bytes() + random.nextInt(300_000), withoutRoom());
            case MEDIUM -> {
                if (random.nextBoolean()) {
                    files.failAt(Fault.READ_ERROR, files.reads() + 1 + random.nextInt(2_000));
                } else {
                    files.failAt(random.nextBoolean() ? Fault.IO_ERROR : Fault.SHORT_WRITE, at);
                }
            }
            case ORDER -> {}
        }
    }

    /** Of sixteen seeds one has holes in its files, and one a medium that writes elsewhere each time. */
    private Fault withoutRoom() {
        return switch (Math.floorMod(seed, 16)) {
            case 9 -> Fault.HOLES_FULL;
            case 10 -> Fault.OVERWRITES_FULL;
            default -> Fault.DISK_FULL;
        };
    }

    /** Random steps, until all are done or something stops the store. */
    private void work() {
        try {
            for (int step = 0; step < STEPS; step++) {
                StoreDriver driver =
                        store.drivers().get(random.nextInt(store.drivers().size()));
                try {
                    act(driver);
                    transfer(driver);
                } catch (HoldfastException e) {
                    if (e.code() != ErrorCode.DISK_FULL) {
                        throw e;
                    }
                    makeRoom();
                }
            }
            store.close();
        } catch (SimulatedCrash _) {
            // found again by recover
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.DISK_ERROR) {
                throw new AssertionError("refused as " + e.code() + ": " + e.getMessage(), e);
            }
        }
    }

    private void act(StoreDriver driver) {
        switch (random.nextInt(20)) {
            case 0, 1 -> store.act(random.nextInt(3) == 0 ? Step.BRANCH : Step.OPEN_EPOCH, driver);
            case 2, 3, 4, 5, 6 -> store.act(Step.COMMIT, driver);
            case 7, 8, 9, 10 -> store.maintain();
            case 11 -> store.act(random.nextBoolean() ? Step.PIN : Step.UNPIN, driver);
            case 13 -> store.act(random.nextInt(3) == 0 ? Step.RETIRE : Step.ROTATE_KEY, driver);
            case 12 -> readOrDestroy(driver);
            default -> store.act(Step.APPEND, driver);
        }
    }

    /** Now and then a segment goes to the objects, and a copy is brought up to date. */
    private void transfer(StoreDriver driver) {
        if (objects != null && transfers.nextInt(TRANSFERS_EACH) == 0) {
            store.offload();
        }
        SimulatedCopy target = copy;
        if (target != null && transfers.nextInt(TRANSFERS_EACH) == 0) {
            store.copyTo(target, driver);
        }
    }

    private void readOrDestroy(StoreDriver driver) {
        if (random.nextInt(8) == 0) {
            store.act(Step.DESTROY, driver);
        } else {
            store.act(Step.READ, driver);
        }
    }

    /** What waited becomes durable or is dropped; everybody goes on from the head, and some time later there is room again. */
    private void makeRoom() {
        try {
            store.commit();
        } catch (HoldfastException e) {
            Expect.equal("refusal", e.code(), ErrorCode.DISK_FULL);
        }
        store.resume();
        if (random.nextInt(4) == 0) {
            store.files().bytesMax(Long.MAX_VALUE);
        }
    }

    /** Starts again, and again when power fails in that too; then once more, to find the same. */
    private void recover(End end) {
        if (objects != null) {
            objects.faults(0);
        }
        boolean processDied = end == End.KILL || end != End.POWER && random.nextBoolean();
        SimulatedFiles found =
                processDied ? store.files().afterKill() : store.files().afterCrash();
        store.verifyUnopened(found);
        for (int cut = 0; cut < RECOVERIES_CUT_SHORT_MOST && random.nextInt(3) == 0; cut++) {
            found.crashAt(found.operations() + 1 + random.nextInt(40));
            try {
                store.reopen(found);
            } catch (SimulatedCrash _) {
                crashPoints++;
            }
            found = random.nextInt(4) == 0 ? found.afterKill() : found.afterCrash();
        }
        store.reopen(found);
        store.reopen(random.nextBoolean() ? found.afterKill() : found.afterCrash());
    }
}
