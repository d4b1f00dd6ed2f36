package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What questions cost does not grow with the length of history: the same ones read as much of the medium after four times as many segments. */
class LongHistoryTest {

    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10).withMergeFanIn(4);
    private static final int DISK_BYTES = 1 << 20;
    private static final int SEGMENTS = 80;

    private final SimulatedFiles files = new SimulatedFiles(3);
    private final HandMade stream = new HandMade(Codec.NONE);
    private final Random random = new Random(3);

    /** Each segment takes four batches of one write each, and a proof. */
    private void add(RecoveryStore store, MachineHistory history, int segments) {
        byte[] data = new byte[16 << 10];
        for (int batch = 0; batch < 4 * segments; batch++) {
            random.nextBytes(data);
            stream.write(0, random.nextInt(DISK_BYTES - data.length), data)
                    .proof()
                    .to(history);
            store.commit();
        }
        while (store.maintain()) {
            // until all is merged
        }
    }

    /** Reads of the medium by a store that has just been opened. */
    private long readsOf(Consumer<MachineHistory> question) {
        SimulatedFiles copy = files.snapshot();
        try (RecoveryStore store = RecoveryStore.open(copy, SETTINGS, StoreDriver.TIME)) {
            MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
            long before = copy.reads();
            question.accept(history);
            return copy.reads() - before;
        }
    }

    private static void openNewest(MachineHistory history) {
        RecoveryPoint point = history.points().latestProven().orElseThrow();
        try (PointImage image = history.openPoint(point.position(), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.allocate(4096));
        }
    }

    private static void listEarly(MachineHistory history) {
        RecoveryPoint early = history.points().at(40);
        assertThat(history.points().list(early.utcMillis(), early.utcMillis(), 10))
                .isNotEmpty();
        assertThat(history.points().atOrBefore(early.utcMillis()).utcMillis()).isEqualTo(early.utcMillis());
        assertThat(history.points().intervals(early.utcMillis(), early.utcMillis(), 10))
                .hasSize(1);
        history.statistics();
    }

    @Test
    void readsAsMuchOfALongHistoryAsOfAShortOne() {
        try (RecoveryStore store = RecoveryStore.open(files, SETTINGS, StoreDriver.TIME)) {
            MachineHistory history = store.create(HandMade.MACHINE);
            stream.epoch(history, Position.ORIGIN)
                    .disks(HandMade.oneDisk(1, DISK_BYTES))
                    .ready()
                    .to(history);
            add(store, history, SEGMENTS);
        }
        long opening = readsOf(LongHistoryTest::openNewest);
        long listing = readsOf(LongHistoryTest::listEarly);
        try (RecoveryStore store = RecoveryStore.open(files, SETTINGS, StoreDriver.TIME)) {
            add(store, store.find(HandMade.MACHINE).orElseThrow(), 3 * SEGMENTS);
        }
        assertThat(files.paths().stream().filter(path -> path.endsWith(".seg")).count())
                .isGreaterThan(3L * SEGMENTS);

        assertThat(readsOf(LongHistoryTest::openNewest))
                .as("to open the newest point")
                .isLessThan(opening + 60);
        assertThat(readsOf(LongHistoryTest::listEarly))
                .as("to list points long ago")
                .isLessThan(listing + 20);
    }
}
