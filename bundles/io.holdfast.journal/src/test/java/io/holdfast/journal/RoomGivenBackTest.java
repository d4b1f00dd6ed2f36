package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.journal.testkit.DistinctWrites;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.OpenFiles;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.TestSigner;
import io.holdfast.journal.testkit.ThinnedStore;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A file that is not needed any more is not kept open: the medium would not give its room back. */
class RoomGivenBackTest {

    private final HandClock clock = new HandClock();

    private static void maintain(RecoveryStore store) {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    @Test
    void aSegmentThatWasReadBeforeItWasSealedIsNotKeptOpen() {
        SimulatedFiles medium = new SimulatedFiles(1);
        DistinctWrites.to(medium, clock, new TestSigner(1)).close();
        OpenFiles files = new OpenFiles(medium);
        RecoveryStore store = RecoveryStore.open(files, SmallStore.SETTINGS, clock, new TestSigner(1));
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        try (PointImage image = history.openPoint(history.head().position(), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.allocate(DistinctWrites.DISK_BYTES));
        }
        assertThat(files.open()).as("kept open for a while").anyMatch(path -> path.endsWith(".open"));

        HandMade stream = new HandMade(Codec.NONE).after(history.head());
        for (int write = 0; write < 4; write++) {
            stream.write(0, 0, HandMade.pattern(40_000, write)).to(history);
            store.commit();
        }
        maintain(store);

        assertThat(files.open()).noneMatch(path -> path.endsWith(".open"));
    }

    @Test
    void nothingOfADestroyedHistoryIsKeptOpen() {
        ThinnedStore thinned = new ThinnedStore(5).overwrite(3).keepAnHour();
        thinned.close();
        OpenFiles files = new OpenFiles(thinned.files());
        RecoveryStore store = RecoveryStore.open(files, SmallStore.SETTINGS, clock, thinned.signer());
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        try (PointImage image = history.openPoint(new Position(1, thinned.sequence()), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.allocate(ThinnedStore.DISK_BYTES));
            for (int minutes = 0; minutes < 8 * 60; minutes += 10) {
                clock.pass(10 * 60_000);
                maintain(store);
            }
        }

        history.destroy();

        assertThat(files.open()).isEmpty();
    }
}
