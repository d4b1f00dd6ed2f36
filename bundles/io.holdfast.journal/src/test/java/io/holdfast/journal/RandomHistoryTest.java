package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories with branches, several disks and odd sizes, compared with plain byte arrays. */
class RandomHistoryTest {

    static final StoreSettings SMALL = new StoreSettings(1 << 20, 128 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsEveryPointAsThePlainModelHasIt(long seed) {
        Random random = new Random(seed);
        SimulatedFiles files = new SimulatedFiles(seed);
        StoreDriver driver = new StoreDriver(seed, 5_000_000, 70_000);
        RecoveryStore store = RecoveryStore.open(files, SMALL, StoreDriver.TIME);
        MachineHistory history = store.create(driver.machine());
        driver.openEpoch(history, false);

        for (int step = 0; step < 120; step++) {
            switch (random.nextInt(12)) {
                case 0 -> driver.openEpoch(history, random.nextBoolean());
                case 1, 2, 3 ->
                    store.commit()
                            .forEach(durable ->
                                    driver.acknowledged(durable.head().blockNumber()));
                case 4, 5 -> store.maintain();
                case 6 -> {
                    if (random.nextInt(4) == 0) {
                        store.close();
                        store = RecoveryStore.open(files, SMALL, StoreDriver.TIME);
                        history = store.find(driver.machine()).orElseThrow();
                        driver.checkRecovered(history);
                    }
                }
                default -> driver.append(history, 20);
            }
        }
        store.commit();
        driver.checkHead(history);
        for (int point = 0; point < 12; point++) {
            driver.checkRandomPoint(history);
        }
        while (store.maintain()) {
            // until everything is sealed
        }
        for (int point = 0; point < 12; point++) {
            driver.checkRandomPoint(history);
        }
        assertThat(store.damages()).isEmpty();
        store.close();
    }
}
