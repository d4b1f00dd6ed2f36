package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.HistoryStanding.State;
import io.holdfast.journal.testkit.SimulatedCrash;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power fails at each file operation of a transfer, in either store. Afterwards both open without damage, at most one of them takes batches, one of
 * them has everything, and the same order given again ends well.
 */
class TransferCrashTest {

    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    private final StoreDriver driver = new StoreDriver(11, 40_000, 9_000);
    private final SimulatedFiles made = new SimulatedFiles(11);
    private HistoryHead head = HistoryHead.EMPTY;

    private enum Side {
        SOURCE,
        TARGET
    }

    private static RecoveryStore open(SimulatedFiles files) {
        return RecoveryStore.open(files, SETTINGS, StoreDriver.TIME);
    }

    @BeforeEach
    void makeAHistory() {
        try (RecoveryStore store = open(made)) {
            MachineHistory history = store.create(driver.machine());
            driver.openEpoch(history, false);
            for (int batch = 0; batch < 12; batch++) {
                driver.append(history, 10);
                store.commit()
                        .forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
                store.maintain();
            }
            driver.openEpoch(history, true);
            driver.append(history, 5);
            store.commit().forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
            history.pin(history.head().position(), "kept");
            head = history.head();
        }
        try (RecoveryStore store = open(made)) {
            while (store.maintain()) {
                // until what is full is sealed
            }
        }
        assertThat(made.paths()).anyMatch(path -> path.endsWith(".seg")).anyMatch(path -> path.endsWith(".open"));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void losesNothingAndNeverHasTwoWritersWhereverPowerFails(Side side) {
        boolean ended = false;
        int operation = 1;
        for (; !ended; operation++) {
            SimulatedFiles source = made.snapshot();
            SimulatedFiles target = new SimulatedFiles(operation, 1);
            open(target).close();
            SimulatedFiles failing = side == Side.SOURCE ? source : target;
            failing.crashAt(failing.operations() + operation);
            try (RecoveryStore from = open(source);
                    RecoveryStore to = open(target)) {
                move(from, to);
                ended = true;
            } catch (SimulatedCrash _) {
                // both stores are opened again below
            }
            try {
                judge(source.afterCrash(), target.afterCrash());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "power lost in the " + side + " at its operation " + operation + ": " + e.getMessage(), e);
            }
        }
        assertThat(operation).as("operations of a move").isGreaterThan(10);
    }

    @Test
    void aCopyGoesOnWithTheSameLedgerWhereverPowerFails() {
        try (RecoveryStore store = open(made)) {
            while (store.maintain()) {
                // until what is full is sealed and in the ledger
            }
        }
        long entries = entriesOfACopy(new SimulatedFiles(1, 1));
        assertThat(entries).isGreaterThan(2);
        int named = 0;
        boolean ended = false;
        for (int operation = 1; !ended; operation++) {
            SimulatedFiles target = new SimulatedFiles(operation, 1);
            open(target).close();
            target.crashAt(target.operations() + operation);
            try {
                entriesOfACopy(target);
                ended = true;
            } catch (SimulatedCrash _) {
                SimulatedFiles found = target.afterCrash();
                named += namedAtAStart(found);
                assertThat(entriesOfACopy(found))
                        .as("entries when power was lost at operation %d", operation)
                        .isEqualTo(entries);
            }
        }
        assertThat(named)
                .as("segments that power kept from their names when the ledger had them")
                .isPositive();
    }

    /** Starts a store and counts the segments that were on their way and have their names since. */
    private static int namedAtAStart(SimulatedFiles target) {
        List<String> arriving = target.paths().stream()
                .filter(path -> path.endsWith(".open.part"))
                .toList();
        open(target).close();
        return (int) arriving.stream()
                .map(path -> path.replace(".open.part", ".seg"))
                .filter(target.paths()::contains)
                .count();
    }

    private long entriesOfACopy(SimulatedFiles target) {
        try (RecoveryStore from = open(made.snapshot());
                RecoveryStore to = open(target)) {
            TransferTest.run(from.transfer(driver.machine(), TransferTest.order(to, TransferKind.COPY)));
        }
        VerifyReport report = verify(target);
        assertThat(report.firstDamage()).isEmpty();
        return report.machines().getFirst().ledgerEntries();
    }

    private void move(RecoveryStore from, RecoveryStore to) {
        TransferTest.run(from.transfer(driver.machine(), TransferTest.order(to, TransferKind.MOVE_AND_DESTROY)));
    }

    private void judge(SimulatedFiles source, SimulatedFiles target) {
        assertThat(verify(source).firstDamage()).as("damage of the source").isEmpty();
        assertThat(verify(target).firstDamage()).as("damage of the target").isEmpty();
        try (RecoveryStore from = open(source);
                RecoveryStore to = open(target)) {
            Optional<MachineHistory> left = from.find(driver.machine());
            Optional<MachineHistory> arrived = to.find(driver.machine());
            assertThat(takesBatches(left) && takesBatches(arrived))
                    .as("two writers")
                    .isFalse();
            assertThat(hasAll(left) || hasAll(arrived))
                    .as("one store has everything")
                    .isTrue();
            if (left.isPresent()) {
                move(from, to);
            }
            MachineHistory found = to.find(driver.machine()).orElseThrow();
            assertThat(from.find(driver.machine())).isEmpty();
            assertThat(found.head()).isEqualTo(head);
            assertThat(found.pins()).hasSize(1);
            assertThat(takesBatches(Optional.of(found)))
                    .as("the target takes batches")
                    .isTrue();
            driver.checkHead(found);
            assertThat(from.damages()).isEmpty();
            assertThat(to.damages()).isEmpty();
        }
    }

    private static VerifyReport verify(SimulatedFiles files) {
        return StoreVerifier.verify(files, StoreVerifier.Means.none(StoreDriver.TIME));
    }

    private boolean takesBatches(Optional<MachineHistory> history) {
        return history.filter(found -> found.standing().state() == State.OWN).isPresent();
    }

    private boolean hasAll(Optional<MachineHistory> history) {
        return history.filter(found -> found.head().equals(head)).isPresent();
    }
}
