package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.testkit.SimulatedCrash;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Power is lost, forces fail and the medium fills up at random file operations. Afterwards everything that was acknowledged is there, nothing is
 * there that was not offered, the head has not gone back, and images and points are those of the plain model. Each round prints its seed when it
 * fails; run {@code -Dholdfast.crash.seeds=N} for more.
 */
class CrashTest {

    private static final int SEEDS = Integer.getInteger("holdfast.crash.seeds", 40);

    @Test
    void recoversAcknowledgedBatchesAfterPowerLoss() {
        forEachSeed(1, seed -> new Scenario(seed).run(Fault.POWER));
    }

    @Test
    void recoversAcknowledgedBatchesAfterTheProcessIsKilled() {
        forEachSeed(100_000, seed -> new Scenario(seed).run(Fault.KILL));
    }

    @Test
    void losesNothingAcknowledgedWhenAForceFails() {
        forEachSeed(200_000, seed -> new Scenario(seed).run(Fault.FORCE));
    }

    @Test
    void goesOnAfterTheMediumWasFull() {
        forEachSeed(300_000, seed -> new Scenario(seed).run(Fault.FULL));
    }

    private interface Round {

        void run(long seed);
    }

    private static void forEachSeed(long first, Round round) {
        for (long seed = first; seed < first + SEEDS; seed++) {
            try {
                round.run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private enum Fault {
        POWER,
        KILL,
        FORCE,
        FULL
    }

    /** One store, two machines, some faults. */
    private static final class Scenario {

        private static final int ROUNDS = 5;
        private static final int STEPS = 40;

        private final Random random;
        private final List<StoreDriver> drivers = new ArrayList<>();
        private final List<Boolean> created = new ArrayList<>();
        private SimulatedFiles files;

        Scenario(long seed) {
            random = new Random(seed);
            files = new SimulatedFiles(seed);
            for (int machine = 0; machine < 2; machine++) {
                drivers.add(new StoreDriver(random.nextLong(), 300_000, 20_000));
                created.add(false);
            }
        }

        void run(Fault fault) {
            for (int round = 0; round < ROUNDS; round++) {
                arm(fault);
                try {
                    work();
                } catch (SimulatedCrash _) {
                    // found again below
                } catch (HoldfastException e) {
                    assertThat(e.code()).isIn(ErrorCode.DISK_ERROR, ErrorCode.DISK_FULL);
                }
                files = fault == Fault.KILL ? files.afterKill() : files.afterCrash();
                recover();
            }
        }

        private void arm(Fault fault) {
            long at = files.operations() + 1 + random.nextInt(160);
            switch (fault) {
                case POWER, KILL -> files.crashAt(at);
                case FORCE -> files.failForceAt(at);
                case FULL -> files.bytesMax(files.bytes() + random.nextInt(300_000));
            }
        }

        private void work() {
            RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
            for (int step = 0; step < STEPS; step++) {
                int chosen = random.nextInt(drivers.size());
                StoreDriver driver = drivers.get(chosen);
                MachineHistory history = store.find(driver.machine()).orElse(null);
                if (history == null) {
                    history = store.create(driver.machine());
                    created.set(chosen, true);
                    driver.openEpoch(history, false);
                }
                try {
                    act(store, driver, history);
                } catch (HoldfastException e) {
                    if (e.code() != ErrorCode.DISK_FULL) {
                        throw e;
                    }
                    makeRoom(store);
                }
            }
            store.close();
        }

        /** What waited becomes durable or is dropped; everybody goes on from the head, and some time later there is room again. */
        private void makeRoom(RecoveryStore store) {
            try {
                commit(store);
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
            }
            for (StoreDriver driver : drivers) {
                store.find(driver.machine()).ifPresent(driver::resume);
            }
            if (random.nextInt(4) == 0) {
                files.bytesMax(Long.MAX_VALUE);
            }
        }

        private void act(RecoveryStore store, StoreDriver driver, MachineHistory history) {
            switch (random.nextInt(10)) {
                case 0 -> driver.openEpoch(history, random.nextInt(3) == 0);
                case 1, 2, 3 -> commit(store);
                case 4, 5 -> store.maintain();
                default -> {
                    if (history.head().position().epoch() > 0) {
                        driver.append(history, 8);
                    } else {
                        driver.openEpoch(history, false);
                    }
                }
            }
        }

        private void commit(RecoveryStore store) {
            for (Durable durable : store.commit()) {
                drivers.stream()
                        .filter(driver -> driver.machine().equals(durable.machine()))
                        .forEach(driver -> driver.acknowledged(durable.head().blockNumber()));
            }
        }

        private void recover() {
            RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
            for (int index = 0; index < drivers.size(); index++) {
                StoreDriver driver = drivers.get(index);
                MachineHistory history = store.find(driver.machine()).orElse(null);
                if (created.get(index)) {
                    assertThat(history).as("history of machine %d", index).isNotNull();
                }
                if (history != null) {
                    driver.checkRecovered(history);
                    driver.checkRandomPoint(history);
                }
            }
            assertThat(store.damages().stream()
                            .filter(damage -> !damage.detail().contains("the other slot was used")))
                    .isEmpty();
            store.close();
        }
    }
}
