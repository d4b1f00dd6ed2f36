package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.internal.offsite.OffsiteFiles;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.SimulatedBlobs;
import io.holdfast.journal.testkit.SimulatedCrash;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores whose sealed segments rest as objects. */
class OffsiteSegmentsTest {

    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 256 << 10, 256 << 10);

    private static RecoveryStore open(SimulatedFiles files, SimulatedBlobs blobs) {
        return RecoveryStore.open(new OffsiteFiles(files, blobs), SETTINGS, StoreDriver.TIME);
    }

    private static long sealedHere(SimulatedFiles files) {
        return files.paths().stream().filter(path -> path.endsWith(".seg")).count();
    }

    private static void write(StoreDriver driver, RecoveryStore store, int batches) {
        MachineHistory history = store.find(driver.machine()).orElseGet(() -> store.create(driver.machine()));
        if (history.head().position().epoch() == 0) {
            driver.openEpoch(history, false);
        }
        for (int batch = 0; batch < batches; batch++) {
            driver.append(history, 10);
            store.commit().forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
        }
    }

    private static void settle(RecoveryStore store) {
        while (store.maintain() || store.offload()) {
            // until nothing waits
        }
    }

    private static void check(StoreDriver driver, RecoveryStore store) {
        MachineHistory history = store.find(driver.machine()).orElseThrow();
        driver.checkHead(history);
        for (int point = 0; point < 4; point++) {
            driver.checkRandomPoint(history);
        }
        assertThat(store.damages()).isEmpty();
    }

    @Test
    void readsSegmentsThatLeftTheFolder() {
        SimulatedFiles files = new SimulatedFiles(1);
        SimulatedBlobs blobs = new SimulatedBlobs(1);
        StoreDriver driver = new StoreDriver(1, 60_000, 9_000);
        try (RecoveryStore store = open(files, blobs)) {
            write(driver, store, 40);
            settle(store);
            check(driver, store);
        }

        assertThat(sealedHere(files)).isZero();
        assertThat(blobs.count()).isGreaterThan(3);
        try (RecoveryStore again = open(files, blobs)) {
            driver.checkRecovered(again.find(driver.machine()).orElseThrow());
            check(driver, again);
            write(driver, again, 10);
            settle(again);
            check(driver, again);
        }
    }

    @Test
    void asksForNoRangeTwiceThatItsCachesHave() {
        SimulatedFiles files = new SimulatedFiles(2);
        SimulatedBlobs blobs = new SimulatedBlobs(2);
        StoreDriver driver = new StoreDriver(2, 30_000, 9_000);
        try (RecoveryStore store = open(files, blobs)) {
            write(driver, store, 30);
            settle(store);
            MachineHistory history = store.find(driver.machine()).orElseThrow();
            driver.checkHead(history);
            long before = blobs.reads();

            driver.checkHead(history);

            assertThat(blobs.reads() - before).isLessThan(before / 2);
        }
    }

    @Test
    void removesTheObjectsOfADestroyedHistory() {
        SimulatedFiles files = new SimulatedFiles(3);
        SimulatedBlobs blobs = new SimulatedBlobs(3);
        StoreDriver driver = new StoreDriver(3, 60_000, 9_000);
        try (RecoveryStore store = open(files, blobs)) {
            write(driver, store, 30);
            settle(store);
            store.find(driver.machine()).orElseThrow().destroy();
        }

        OffsiteFiles port = new OffsiteFiles(files, blobs);
        try (RecoveryStore again = RecoveryStore.open(port, SETTINGS, StoreDriver.TIME)) {
            assertThat(again.machines()).isEmpty();
            MachineHistory history = again.create(driver.machine());
            assertThat(history.head()).isEqualTo(HistoryHead.EMPTY);
        }
    }

    @Test
    void copiesAStoreWhoseSegmentsRestElsewhere() {
        SimulatedFiles files = new SimulatedFiles(4);
        SimulatedFiles other = new SimulatedFiles(5);
        SimulatedBlobs blobs = new SimulatedBlobs(4);
        StoreDriver driver = new StoreDriver(4, 60_000, 9_000);
        try (RecoveryStore store = open(files, blobs);
                RecoveryStore target = RecoveryStore.open(other, SETTINGS, StoreDriver.TIME)) {
            write(driver, store, 60);
            settle(store);
            TransferTest.run(store.transfer(driver.machine(), TransferTest.order(target, TransferKind.COPY)));
            check(driver, target);
        }
        assertThat(sealedHere(other)).isPositive().isLessThan(blobs.count());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void losesNothingWhenPowerAndNetworkFail(long seed) {
        Random random = new Random(seed);
        SimulatedFiles files = new SimulatedFiles(seed);
        SimulatedBlobs blobs = new SimulatedBlobs(seed);
        StoreDriver driver = new StoreDriver(seed, 60_000, 9_000);
        RecoveryStore first = open(files, blobs);
        write(driver, first, 5);
        first.close();
        for (int round = 0; round < 4; round++) {
            files.crashAt(files.operations() + 1 + random.nextInt(150));
            RecoveryStore store = null;
            try {
                store = open(files, blobs);
                blobs.faults(20);
                for (int step = 0; step < 30; step++) {
                    if (random.nextBoolean()) {
                        write(driver, store, 1);
                    } else {
                        tryToSettle(store);
                    }
                }
            } catch (SimulatedCrash _) {
                // found again below
            }
            blobs.faults(0);
            files = files.afterCrash();
            try (RecoveryStore again = open(files, blobs)) {
                driver.checkRecovered(again.find(driver.machine()).orElseThrow());
                check(driver, again);
                settle(again);
                check(driver, again);
            }
            assertThat(sealedHere(files)).isZero();
        }
    }

    @Test
    void takesBatchesWhileTheObjectsDoNotAnswer() {
        SimulatedFiles files = new SimulatedFiles(1);
        SimulatedBlobs blobs = new SimulatedBlobs(1);
        StoreDriver driver = new StoreDriver(1, 60_000, 9_000);
        HandClock clock = new HandClock();
        RecoveryStore store = RecoveryStore.open(new OffsiteFiles(files, blobs), SETTINGS, clock);
        write(driver, store, 40);
        settle(store);
        long before = blobs.reads();
        clock.pass(1_000);
        settle(store);
        assertThat(blobs.reads()).as("the scrub reads objects").isGreaterThan(before);

        blobs.faults(100);
        for (int step = 0; step < 30; step++) {
            clock.pass(24 * 60 * 60_000);
            for (int chore = 0; chore < 5; chore++) {
                tryToSettle(store);
            }
            write(driver, store, 1);
        }

        blobs.faults(0);
        settle(store);
        check(driver, store);
    }

    private static void tryToSettle(RecoveryStore store) {
        try {
            store.maintain();
            store.offload();
        } catch (HoldfastException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DISK_ERROR);
        }
    }

    @Test
    void findsItsSegmentsByWhatTheStoreSays(@TempDir Path folder) {
        Path directory = folder.resolve("store");
        Path place = folder.resolve("large");
        StoreDriver driver = new StoreDriver(6, 60_000, 9_000);
        try (RecoveryStore store = RecoveryStore.open(directory, SETTINGS, TimeSource.SYSTEM)) {
            write(driver, store, 20);
            assertThat(store.offload()).isFalse();
            refuses(ErrorCode.DATA_FOLDER_IN_USE, () -> SegmentPlaces.set(directory, place));
        }

        SegmentPlaces.set(directory, place);

        assertThat(SegmentPlaces.of(directory)).hasValue(place.toAbsolutePath());
        refuses(ErrorCode.ALREADY_EXISTS, () -> SegmentPlaces.set(directory, folder.resolve("another")));
        try (RecoveryStore store = RecoveryStore.open(directory, SETTINGS, TimeSource.SYSTEM)) {
            settle(store);
            check(driver, store);
        }
        assertThat(place.resolve(driver.machine().toString())).isNotEmptyDirectory();
        assertThat(StoreVerifier.verify(directory, StoreVerifier.Means.none(StoreDriver.TIME))
                        .intact())
                .as("nothing is damaged")
                .isTrue();
        assertThat(place.toFile().renameTo(folder.resolve("unmounted").toFile()))
                .isTrue();
        refuses(ErrorCode.DISK_ERROR, () -> RecoveryStore.open(directory, SETTINGS, TimeSource.SYSTEM));
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
