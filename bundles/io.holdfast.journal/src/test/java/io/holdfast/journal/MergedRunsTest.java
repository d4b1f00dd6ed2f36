package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Histories of many small segments whose runs are merged: every point reads as before, whatever runs are there, damaged or missing. */
class MergedRunsTest {

    private static final StoreSettings SMALL =
            new StoreSettings(1 << 20, 64 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10).withMergeFanIn(2);

    private final StoreDriver driver;
    private final SimulatedFiles files;
    private final Random random;
    private RecoveryStore store;
    private MachineHistory history;

    MergedRunsTest() {
        files = new SimulatedFiles(1);
        random = new Random(1);
        driver = new StoreDriver(11, 3_000_000, 40_000);
        store = RecoveryStore.open(files, SMALL, StoreDriver.TIME);
        history = store.create(driver.machine());
        driver.openEpoch(history, false);
    }

    private void append(int batches) {
        for (int batch = 0; batch < batches; batch++) {
            driver.append(history, 12);
            if (random.nextInt(3) == 0) {
                commit();
            }
        }
        commit();
    }

    private void commit() {
        store.commit().forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
    }

    private void settle() {
        while (store.maintain()) {
            // until everything is sealed and merged
        }
    }

    private void reopen(SimulatedFiles found) {
        store.close();
        store = RecoveryStore.open(found, SMALL, StoreDriver.TIME);
        history = store.find(driver.machine()).orElseThrow();
        driver.checkRecovered(history);
    }

    private List<String> runs() {
        return files.paths().stream().filter(path -> path.endsWith(".run")).toList();
    }

    private void checkPoints(int count) {
        driver.checkHead(history);
        for (int point = 0; point < count; point++) {
            driver.checkRandomPoint(history);
        }
    }

    @Test
    void mergesLevelByLevelAndReadsEveryPointAlike() {
        append(80);
        settle();

        assertThat(runs()).anyMatch(path -> path.endsWith("0000000001-0000000002.run"));
        assertThat(runs()).anyMatch(path -> path.endsWith("0000000001-0000000008.run"));
        checkPoints(25);
        reopen(files);
        checkPoints(10);
        assertThat(store.damages()).isEmpty();
    }

    @Test
    void readsEveryPointOfHistoriesThatBranchOften() {
        for (int line = 0; line < 30; line++) {
            append(4);
            settle();
            driver.openEpoch(history, line % 5 != 0);
        }
        append(4);
        settle();

        assertThat(runs()).as("bases").anyMatch(path -> path.contains("/0000000000-"));
        checkPoints(30);
        reopen(files);
        checkPoints(10);
        assertThat(store.damages()).isEmpty();
    }

    @Test
    void readsOnWhenRunsAreDamagedUnderAnOpenStoreAndMakesThemAgain() {
        append(60);
        settle();
        List<String> before = runs();
        for (String run : before) {
            byte[] bytes = files.content(run);
            for (int flip = 0; flip < 20; flip++) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            files.overwrite(run, bytes);
        }

        checkPoints(30);
        settle();
        assertThat(runs()).isEqualTo(before);
        checkPoints(10);
        reopen(files);
        assertThat(runs())
                .as("none was deleted as damaged when the store was opened")
                .isEqualTo(before);
        assertThat(store.damages()).isEmpty();
    }

    @Test
    void opensAStoreWhoseRunsAreDamagedMissingOrForeign() {
        append(60);
        settle();
        store.close();
        List<String> before = runs();
        byte[] foreign = files.content(before.getFirst());
        for (int index = 0; index < before.size(); index++) {
            String run = before.get(index);
            byte[] bytes = files.content(run);
            switch (index % 4) {
                case 0 -> files.replace(run, java.util.Arrays.copyOf(bytes, bytes.length / 2));
                case 1 -> {
                    bytes[bytes.length - 40] ^= 1;
                    files.replace(run, bytes);
                }
                case 2 -> files.replace(run, foreign);
                default -> {}
            }
        }

        reopen(files);
        checkPoints(15);
        settle();
        assertThat(runs()).isEqualTo(before);
        checkPoints(15);
        assertThat(store.damages()).isEmpty();
    }

    @Test
    void keepsReadingAnImageWhoseRunsAreReplacedByLargerOnes() {
        append(30);
        settle();
        RecoveryPoint point = history.points().latest().orElseThrow();
        try (PointImage image = history.openUnproven(point.position(), driver.keys())) {
            append(40);
            settle();
            driver.checkImage(image, point.position());
        }
    }

    @Test
    void countsRunsAsMetadataAndDeletesThemWithTheHistory() {
        append(40);
        settle();
        long runBytes =
                runs().stream().mapToLong(run -> files.content(run).length).sum();
        long allBytes = files.paths().stream()
                .filter(path -> path.matches("machines/.*(seg|open|run|ledger)"))
                .mapToLong(path -> files.content(path).length)
                .sum();
        HistoryStatistics statistics = history.statistics();
        assertThat(statistics.ciphertextBytes() + statistics.metadataBytes()).isEqualTo(allBytes);
        assertThat(statistics.metadataBytes()).isGreaterThan(runBytes);

        history.destroy();
        assertThat(files.paths()).noneMatch(path -> path.startsWith("machines/"));
    }
}
