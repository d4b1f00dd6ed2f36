package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.ThinnedStore;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moves of histories that are thinned, given up half way, or come back: nothing that is kept is in neither store. */
class MovedHistoryTest {

    private final ThinnedStore source = new ThinnedStore(9);
    private final SimulatedFiles targetFiles = new SimulatedFiles(10, 1);
    private final RecoveryStore target = RecoveryStore.open(targetFiles, SmallStore.SETTINGS, StoreDriver.TIME);

    private void transfer(TransferKind kind) {
        TransferTest.run(source.store().transfer(HandMade.MACHINE, TransferTest.order(target, kind)));
    }

    private MachineHistory arrived() {
        return target.find(HandMade.MACHINE).orElseThrow();
    }

    private static List<String> cleaned(SimulatedFiles files) {
        return files.paths().stream().filter(path -> path.endsWith(".1.seg")).toList();
    }

    private static byte[] newest(MachineHistory history) {
        byte[] found = new byte[ThinnedStore.DISK_BYTES];
        try (PointImage image = history.openPoint(history.head().position(), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.wrap(found));
        }
        return found;
    }

    @Test
    void movesWhatWasCleanedSinceItWasCopied() {
        source.overwrite(8);
        transfer(TransferKind.COPY);
        source.keepAnHour().pass(8);
        assertThat(cleaned(source.files())).isNotEmpty();

        transfer(TransferKind.MOVE);

        assertThat(cleaned(targetFiles)).isEmpty();
        assertThat(arrived().standing().state()).isEqualTo(HistoryStanding.State.OWN);
        assertThat(newest(arrived())).isEqualTo(newest(source.history()));
        assertThat(arrived().points().latestProven())
                .isEqualTo(source.history().points().latestProven());
    }

    @Test
    void namesWhatRottedInACopyWhoseOriginWasCleanedSince() {
        source.overwrite(8);
        transfer(TransferKind.COPY);
        source.keepAnHour().pass(8);
        String path = cleaned(source.files()).getFirst().replace(".1.seg", ".seg");
        byte[] content = targetFiles.content(path);
        content[5_000] ^= 1;
        targetFiles.overwrite(path, content);

        assertThatThrownBy(() -> transfer(TransferKind.MOVE_AND_DESTROY))
                .isInstanceOfSatisfying(HoldfastException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
                    assertThat(e).hasMessageContaining("its ledger says");
                });
        assertThat(source.store().find(HandMade.MACHINE)).isPresent();
    }

    @Test
    void retiresNothingOfAHistoryThatHasMovedAndMayComeBack() {
        source.overwrite(8);
        long points = source.sequence();
        transfer(TransferKind.MOVE);
        source.keepAnHour().pass(8);
        assertThat(cleaned(source.files())).isEmpty();

        TransferTest.run(target.transfer(HandMade.MACHINE, TransferTest.order(source.store(), TransferKind.MOVE)));

        assertThat(source.history().standing().state()).isEqualTo(HistoryStanding.State.OWN);
        assertThat(source.history().retention()).isEqualTo(RetentionPolicy.EVERYTHING);
        for (long sequence = points - 20; sequence <= points; sequence++) {
            assertThat(source.history().points().at(sequence).proven()).isTrue();
            source.read(sequence);
        }
    }

    @Test
    void keepsASourceWhoseTargetWasReleasedBeforeItHadEverything() {
        StoreDriver driver = new StoreDriver(3, 200_000, 30_000);
        MachineHistory history = source.store().create(driver.machine());
        driver.openEpoch(history, false);
        driver.append(history, 12);
        source.store().commit();
        HistoryTransfer broken =
                source.store().transfer(driver.machine(), TransferTest.order(target, TransferKind.MOVE));
        driver.append(history, 12);
        while (broken.progress().phase() != TransferProgress.Phase.SWITCHING) {
            broken.step();
        }
        broken.close();
        MachineHistory early = target.find(driver.machine()).orElseThrow();
        assertThat(early.head().blockNumber()).isLessThan(history.head().blockNumber());
        early.release();
        for (int epoch = 0; epoch < 2; epoch++) {
            Position head = early.head().position();
            early.openEpoch(new EpochRequest(head, head, EpochCause.RESUME, "too early", 0));
        }

        assertThatThrownBy(() -> TransferTest.run(source.store()
                        .transfer(driver.machine(), TransferTest.order(target, TransferKind.MOVE_AND_DESTROY))))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SEQUENCE_CONFLICT));
        assertThat(source.store().find(driver.machine())).contains(history);
    }
}
