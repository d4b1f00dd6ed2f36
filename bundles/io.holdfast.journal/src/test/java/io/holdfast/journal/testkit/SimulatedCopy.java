package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.HistoryTransfer;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.TransferKind;
import io.holdfast.journal.TransferOrder;
import java.util.List;
import java.util.Random;

/** Another store, with copies of histories that are brought up to date now and then. It loses power in the midst of that; what it has is compared each time. */
final class SimulatedCopy implements SimulatedStore.Other {

    private static final int STEPS_MAX = 10_000;
    private static final int OPERATIONS_TO_CRASH_MOST = 200;

    private final StoreSettings settings;
    private final Random random;
    private SimulatedFiles files;

    SimulatedCopy(long seed, StoreSettings settings) {
        this.settings = settings;
        random = new Random(seed);
        files = new SimulatedFiles(seed, 1);
    }

    /** Copies what the machine's history has more than before; half of the times power fails in it at some moment, and another time goes on. */
    @Override
    public void update(RecoveryStore source, StoreDriver driver) {
        if (random.nextBoolean()) {
            files.crashAt(files.operations() + 1 + random.nextInt(OPERATIONS_TO_CRASH_MOST));
        }
        try (RecoveryStore target = open()) {
            carryOrBegin(source, target, driver);
            compare(source, target, driver);
        } catch (SimulatedCrash e) {
            if (!files.isDown()) {
                throw e;
            }
        } finally {
            files = files.isDown() || random.nextBoolean() ? files.afterCrash() : files.afterKill();
        }
        SimulatedStore.requireIntact(files, List.of(), List.of(driver));
    }

    /** Verifies the copies as they lie there, block by block. */
    void verifyAtRest(List<StoreDriver> drivers) {
        SimulatedStore.requireIntact(files, List.of(), drivers);
    }

    private RecoveryStore open() {
        return RecoveryStore.open(files, settings, StoreDriver.TIME);
    }

    /** A history that was destroyed and begun anew is copied from its start, and so is one that was cleaned where the copy has a beginning alone. */
    private static void carryOrBegin(RecoveryStore source, RecoveryStore target, StoreDriver driver) {
        try {
            carry(source, target, driver);
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.ALREADY_EXISTS && e.code() != ErrorCode.ILLEGAL_STATE) {
                throw e;
            }
            target.find(driver.machine()).ifPresent(MachineHistory::destroy);
            carry(source, target, driver);
        }
    }

    static void carry(RecoveryStore source, RecoveryStore target, StoreDriver driver) {
        TransferOrder order = new TransferOrder(target, TransferKind.COPY, "/origin", "/copy");
        try (HistoryTransfer transfer = source.transfer(driver.machine(), order)) {
            int steps = 0;
            while (transfer.step()) {
                Expect.that(steps++ < STEPS_MAX, "a transfer ends");
            }
        }
    }

    static void compare(RecoveryStore source, RecoveryStore target, StoreDriver driver) {
        MachineHistory here = source.find(driver.machine()).orElseThrow();
        MachineHistory there = target.find(driver.machine()).orElseThrow();
        Expect.equal("head of the copy", there.head(), here.head());
        driver.checkDurablePoint(there);
        while (target.maintain()) {
            // until nothing is left to do
        }
        driver.checkDurablePoint(there);
        Expect.equal("damages of the copy", target.damages(), List.of());
    }
}
