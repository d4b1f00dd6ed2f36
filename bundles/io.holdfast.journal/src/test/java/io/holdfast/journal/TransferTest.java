package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies and moves of histories between two stores that are open in one process. */
class TransferTest {

    private static final int STEPS_MAX = 10_000;

    private final SimulatedFiles sourceFiles = new SimulatedFiles(1);
    private final SimulatedFiles targetFiles = new SimulatedFiles(2);
    private final StoreDriver driver = new StoreDriver(3, 200_000, 30_000);
    private final RecoveryStore source = open(sourceFiles);
    private final RecoveryStore target = open(targetFiles);
    private final MachineHistory history = source.create(driver.machine());

    static RecoveryStore open(SimulatedFiles files) {
        return RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
    }

    static TransferOrder order(RecoveryStore target, TransferKind kind) {
        return new TransferOrder(target, kind, "/source", "/target");
    }

    static TransferProgress run(HistoryTransfer transfer) {
        int steps = 0;
        while (transfer.step()) {
            assertThat(steps++).as("steps of a transfer").isLessThan(STEPS_MAX);
        }
        TransferProgress progress = transfer.progress();
        assertThat(progress.phase()).isEqualTo(TransferProgress.Phase.DONE);
        transfer.close();
        return progress;
    }

    private TransferProgress transfer(TransferKind kind) {
        return run(source.transfer(driver.machine(), order(target, kind)));
    }

    private MachineHistory arrived() {
        return target.find(driver.machine()).orElseThrow();
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private void write(int batches) {
        if (history.head().position().epoch() == 0) {
            driver.openEpoch(history, false);
        }
        for (int batch = 0; batch < batches; batch++) {
            driver.append(history, 12);
            source.commit()
                    .forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
        }
    }

    private static void sealAll(RecoveryStore store) {
        while (store.maintain()) {
            // until nothing waits
        }
    }

    private static List<String> sealed(SimulatedFiles files) {
        return files.paths().stream().filter(path -> path.endsWith(".seg")).toList();
    }

    private void requireSameSegments() {
        assertThat(sealed(targetFiles)).isEqualTo(sealed(sourceFiles));
        for (String path : sealed(sourceFiles)) {
            assertThat(targetFiles.content(path)).as(path).isEqualTo(sourceFiles.content(path));
        }
    }

    private void requireSameHistory(MachineHistory found) {
        assertThat(found.head()).isEqualTo(history.head());
        assertThat(found.pins()).isEqualTo(history.pins());
        driver.checkHead(found);
        for (int point = 0; point < 5; point++) {
            driver.checkRandomPoint(found);
        }
    }

    @Test
    void copiesSealedSegmentsByteForByteAndTheOpenTailByBlocks() {
        write(40);
        sealAll(source);
        driver.openEpoch(history, true);
        write(3);
        history.pin(history.head().position(), "before the update");

        transfer(TransferKind.COPY);

        assertThat(sealed(sourceFiles)).hasSizeGreaterThan(2);
        requireSameSegments();
        requireSameHistory(arrived());
        target.close();
        try (RecoveryStore again = open(targetFiles)) {
            requireSameHistory(again.find(driver.machine()).orElseThrow());
            assertThat(again.damages()).isEmpty();
        }
        assertThat(StoreVerifier.verify(targetFiles, StoreVerifier.Means.none(StoreDriver.TIME))
                        .intact())
                .as("nothing is damaged")
                .isTrue();
    }

    @Test
    void copiesNothingAgainThatIsThereAlready() {
        write(30);
        sealAll(source);
        long first = transfer(TransferKind.COPY).bytesDone();

        assertThat(transfer(TransferKind.COPY).bytesDone()).isZero();
        write(2);
        long second = transfer(TransferKind.COPY).bytesDone();

        assertThat(second).isBetween(1L, first / 4);
        requireSameHistory(arrived());
    }

    @Test
    void givesBlocksThatItHasTheirIndexOnceTheSourceSealedThem() {
        for (int round = 0; round < 12; round++) {
            write(3);
            transfer(TransferKind.COPY);
        }
        sealAll(source);
        transfer(TransferKind.COPY);
        sealAll(target);

        assertThat(sealed(sourceFiles)).isNotEmpty();
        requireSameSegments();
        requireSameHistory(arrived());
    }

    @Test
    void takesBatchesInACopyThatWasReleased() {
        write(10);
        transfer(TransferKind.COPY);
        assertThat(arrived().standing())
                .isEqualTo(new HistoryStanding(HistoryStanding.State.COPY, source.storeId(), "/source"));

        arrived().release();

        driver.resume(arrived());
        driver.openEpoch(arrived(), false);
        driver.append(arrived(), 5);
        target.commit();
        driver.checkHead(arrived());
        refuses(ErrorCode.ALREADY_EXISTS, () -> transfer(TransferKind.COPY));
    }

    @Test
    void takesBatchesAgainWhenAMoveIsGivenUp() {
        write(10);
        HistoryTransfer transfer = source.transfer(driver.machine(), order(target, TransferKind.MOVE));
        while (transfer.progress().phase() != TransferProgress.Phase.COMPARING) {
            transfer.step();
        }
        transfer.close();
        assertThat(history.standing().state()).isEqualTo(HistoryStanding.State.LEAVING);

        history.release();

        driver.openEpoch(history, false);
        write(2);
        transfer(TransferKind.COPY);
        requireSameHistory(arrived());
    }

    @Test
    void carriesThePolicyAndLeavesDecisionsToTheOrigin() {
        write(10);
        RetentionPolicy policy =
                new RetentionPolicy(RetentionPolicy.HOUR_MILLIS, 4, 3, 2, 1, RetentionPolicy.DAY_MILLIS, 0);
        history.setRetention(policy);
        transfer(TransferKind.COPY);

        assertThat(arrived().retention()).isEqualTo(policy);
        refuses(ErrorCode.HISTORY_IS_COPY, () -> arrived().setRetention(RetentionPolicy.EVERYTHING));
        refuses(ErrorCode.HISTORY_IS_COPY, () -> arrived().pin(arrived().head().position(), "here"));
    }

    @Test
    void copiesAnEmptyHistory() {
        transfer(TransferKind.COPY);

        assertThat(arrived().head()).isEqualTo(HistoryHead.EMPTY);
    }

    @Test
    void refusesBatchesAndEpochsInACopy() {
        write(3);
        transfer(TransferKind.COPY);

        refuses(ErrorCode.HISTORY_IS_COPY, () -> driver.openEpoch(arrived(), false));
        refuses(ErrorCode.HISTORY_IS_COPY, () -> driver.append(arrived(), 3));
    }

    @Test
    void goesOnInTheTargetAfterAMoveAndRefusesInTheSource() {
        write(20);
        transfer(TransferKind.MOVE);

        requireSameHistory(arrived());
        assertThatThrownBy(() -> driver.openEpoch(history, false))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("/target")
                .extracting(e -> ((HoldfastException) e).code())
                .isEqualTo(ErrorCode.HISTORY_MOVED);
        driver.resume(arrived());
        driver.openEpoch(arrived(), false);
        for (int batch = 0; batch < 20; batch++) {
            driver.append(arrived(), 12);
            target.commit();
        }
        sealAll(target);
        driver.checkHead(arrived());
        driver.checkRandomPoint(arrived());
        target.close();
        try (RecoveryStore again = open(targetFiles)) {
            MachineHistory found = again.find(driver.machine()).orElseThrow();
            driver.checkHead(found);
            driver.checkRandomPoint(found);
            assertThat(again.damages()).isEmpty();
        }
    }

    @Test
    void keepsTheSourceReadableAfterAMoveAndTellsTheNextOpeningWhereItWent() {
        write(10);
        transfer(TransferKind.MOVE);
        source.close();

        try (RecoveryStore again = open(sourceFiles)) {
            MachineHistory found = again.find(driver.machine()).orElseThrow();
            driver.checkHead(found);
            refuses(ErrorCode.HISTORY_MOVED, () -> driver.openEpoch(found, false));
        }
    }

    @Test
    void destroysTheSourceLastWhenThatIsAskedFor() {
        write(10);
        HistoryHead head = history.head();
        transfer(TransferKind.MOVE_AND_DESTROY);

        assertThat(source.find(driver.machine())).isEmpty();
        assertThat(arrived().head()).isEqualTo(head);
        driver.checkHead(arrived());
    }

    @Test
    void movesBackIntoTheStoreThatItCameFrom() {
        write(15);
        transfer(TransferKind.MOVE);
        driver.resume(arrived());
        driver.openEpoch(arrived(), false);
        driver.append(arrived(), 10);
        target.commit();

        run(target.transfer(driver.machine(), order(source, TransferKind.MOVE)));

        assertThat(history.head()).isEqualTo(arrived().head());
        driver.checkHead(history);
        driver.resume(history);
        driver.openEpoch(history, false);
        refuses(
                ErrorCode.HISTORY_MOVED,
                () -> arrived()
                        .openEpoch(new EpochRequest(
                                arrived().head().position(),
                                arrived().head().position(),
                                io.holdfast.base.stream.EpochCause.RESUME,
                                "late",
                                0)));
    }

    @Test
    void namesADamagedSegmentOfTheSourceAndTakesNothingOfIt() {
        write(30);
        sealAll(source);
        String path = sealed(sourceFiles).getFirst();
        byte[] content = sourceFiles.content(path);
        content[20_000] ^= 1;
        sourceFiles.overwrite(path, content);

        HistoryTransfer transfer = source.transfer(driver.machine(), order(target, TransferKind.COPY));

        refuses(ErrorCode.STORE_DAMAGED, () -> run(transfer));
        transfer.close();
        assertThat(sealed(targetFiles)).isEmpty();
        assertThat(arrived().head()).isEqualTo(HistoryHead.EMPTY);
    }

    @Test
    void refusesATargetThatHasAnotherHistoryOfTheMachine() {
        write(3);
        target.create(driver.machine());

        refuses(ErrorCode.ALREADY_EXISTS, () -> transfer(TransferKind.COPY));
    }

    @Test
    void refusesItselfAndAMachineThatIsNotThere() {
        refuses(ErrorCode.INVALID_ARGUMENT, () -> source.transfer(driver.machine(), order(source, TransferKind.COPY)));
        refuses(ErrorCode.NOT_FOUND, () -> target.transfer(driver.machine(), order(source, TransferKind.COPY)));
    }

    @ParameterizedTest
    @EnumSource(TransferKind.class)
    void goesOnWhereAFullTargetStoppedIt(TransferKind kind) {
        write(30);
        sealAll(source);
        HistoryHead head = history.head();
        targetFiles.bytesMax(targetFiles.bytes() + 200_000);
        HistoryTransfer transfer = source.transfer(driver.machine(), order(target, kind));
        refuses(ErrorCode.DISK_FULL, () -> run(transfer));
        targetFiles.bytesMax(Long.MAX_VALUE);

        run(transfer);

        assertThat(arrived().head()).isEqualTo(head);
        driver.checkHead(arrived());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void copiesUnderARunningWriter(long seed) {
        java.util.Random random = new java.util.Random(seed);
        write(5);
        HistoryTransfer transfer = source.transfer(driver.machine(), order(target, TransferKind.MOVE));
        boolean more = true;
        for (int step = 0; more && step < STEPS_MAX; step++) {
            if (random.nextInt(3) > 0) {
                more = transfer.step();
            }
            if (transfer.progress().phase() == TransferProgress.Phase.COPYING && step < 200) {
                switch (random.nextInt(6)) {
                    case 0 -> driver.openEpoch(history, random.nextBoolean());
                    case 1 -> source.maintain();
                    case 2 -> target.maintain();
                    default -> write(1);
                }
            }
        }
        transfer.close();

        assertThat(more).isFalse();
        requireSameHistory(arrived());
    }
}
