package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.testkit.CrashChoice;
import io.holdfast.journal.testkit.Fault;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedCrash;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The intake log was written over its whole length when the store was made. A copy may have left holes in it, and a file system may write elsewhere each
 * time: then a medium that is full refuses what is written over as well. Batches are refused by name until there is room, and nothing is lost.
 */
class SparseLogTest {

    private static final int SMALL_BYTES = 3_000;
    private static final int LARGE_BYTES = 30_000;
    private static final int DISK_BYTES = 1 << 20;
    private static final int OPERATIONS_OF_A_COMMIT = 12;
    private static final int OPERATIONS_OF_A_RESTART = 13;
    private static final int RESERVE_BYTES = 400_000;
    private static final CrashChoice NOTHING_KEPT = new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN);

    /** A machine that writes one place of its disk behind the other, and what it was told. */
    private static final class Source {

        private final SimulatedFiles files;
        private final HandMade stream = new HandMade(Codec.NONE);
        private final byte[] disk = new byte[DISK_BYTES];
        private final RecoveryStore store;
        private final MachineHistory history;
        private int end;

        Source(SimulatedFiles files) {
            this(files, SmallStore.SETTINGS);
        }

        Source(SimulatedFiles files, StoreSettings settings) {
            this.files = files;
            store = RecoveryStore.open(files, settings, StoreDriver.TIME);
            history = store.create(HandMade.MACHINE);
            stream.epoch(history, Position.ORIGIN)
                    .disks(HandMade.oneDisk(1, DISK_BYTES))
                    .ready()
                    .to(history);
            store.commit();
            offer(SMALL_BYTES);
        }

        /** Offers a batch; one that is refused is forgotten, and the next begins at the head. */
        void offer(int bytes) {
            byte[] data = HandMade.pattern(bytes, bytes);
            stream.after(history.head()).write(0, end, data).proof().to(history);
            store.commit();
            System.arraycopy(data, 0, disk, end, bytes);
            end += bytes;
        }

        void refuses(int bytes) {
            assertThatThrownBy(() -> offer(bytes))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
                    .hasMessageContaining("has no room");
        }

        /** Everything acknowledged is in the newest point of a store. */
        void requireAllIn(RecoveryStore opened) {
            MachineHistory found = opened.find(HandMade.MACHINE).orElseThrow();
            byte[] content = new byte[DISK_BYTES];
            try (PointImage image =
                    found.openPoint(found.points().latestProven().orElseThrow().position(), HandMade.KEYS)) {
                image.read(0, 0, ByteBuffer.wrap(content));
            }
            assertThat(Arrays.mismatch(Arrays.copyOf(content, end), Arrays.copyOf(disk, end)))
                    .isEqualTo(-1);
            assertThat(opened.damages()).isEmpty();
        }
    }

    private static RecoveryStore open(SimulatedFiles medium) {
        return RecoveryStore.open(medium, SmallStore.SETTINGS, StoreDriver.TIME);
    }

    @ParameterizedTest
    @EnumSource(names = {"HOLES_FULL", "OVERWRITES_FULL"})
    void refusesBatchesUntilThereIsRoomAndGoesOnByItself(Fault full) {
        Source source = new Source(new SimulatedFiles(1));
        source.files.bytesMax(source.files.bytes(), full);

        for (int bytes : List.of(SMALL_BYTES, LARGE_BYTES, 5 * SMALL_BYTES, SMALL_BYTES)) {
            source.refuses(bytes);
        }
        source.requireAllIn(RecoveryStore.openReading(source.files.snapshot(), SmallStore.SETTINGS, StoreDriver.TIME));
        source.files.bytesMax(Long.MAX_VALUE);
        for (int bytes : List.of(SMALL_BYTES, LARGE_BYTES, SMALL_BYTES)) {
            source.offer(bytes);
        }

        source.requireAllIn(source.store);
        source.store.close();
        source.requireAllIn(open(source.files));
    }

    /** What was refused may lie there in part; the next batch is written over it, and power may be lost meanwhile. */
    @ParameterizedTest
    @EnumSource(names = {"HOLES_FULL", "OVERWRITES_FULL"})
    void losesNothingWhicheverOperationFindsNoRoomAndWheneverPowerIsLostThen(Fault full) {
        int refused = 0;
        for (int operation = 1; operation <= OPERATIONS_OF_A_COMMIT; operation++) {
            for (int crash = 1 + operation % 3; crash <= OPERATIONS_OF_A_COMMIT; crash += 3) {
                refused += play(full, operation, crash);
            }
        }

        assertThat(refused).as("batches refused for want of room").isGreaterThan(OPERATIONS_OF_A_COMMIT);
    }

    private static int play(Fault full, int operation, int crash) {
        Source source = new Source(new SimulatedFiles(crash));
        source.files.failAt(full, source.files.operations() + operation);
        ErrorCode refusal = null;
        try {
            source.offer(LARGE_BYTES);
        } catch (HoldfastException e) {
            refusal = e.code();
            requireNamed(refusal, full);
        }
        source.files.bytesMax(Long.MAX_VALUE);
        source.files.crashAt(source.files.operations() + crash);
        try {
            source.offer(LARGE_BYTES + 1_000);
            source.offer(SMALL_BYTES);
        } catch (HoldfastException e) {
            requireNamed(e.code(), full);
        } catch (SimulatedCrash _) {
            // found again below
        }
        source.requireAllIn(open(source.files.afterCrash()));
        return refusal == ErrorCode.DISK_FULL ? 1 : 0;
    }

    /** A medium that writes elsewhere each time can fill up between a group and its slot, and then nobody knows. */
    private static void requireNamed(ErrorCode refusal, Fault full) {
        assertThat(refusal == ErrorCode.DISK_FULL || refusal == ErrorCode.DISK_ERROR && full == Fault.OVERWRITES_FULL)
                .as("refused as " + refusal)
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"HOLES_FULL", "OVERWRITES_FULL"})
    void losesNothingWhicheverOperationFindsNoRoomAsTheLogStartsOver(Fault full) {
        int found = 0;
        for (int operation = 1; operation <= OPERATIONS_OF_A_RESTART; operation++) {
            Source source = startOver(full, operation);
            found += source.files.faultHappened() ? 1 : 0;
            source.offer(SMALL_BYTES);
            source.requireAllIn(open(source.files.outcome(NOTHING_KEPT)));
        }

        assertThat(found).as("operations of a restart").isGreaterThan(8);
    }

    /** A checkpoint that is ahead of its slot by two generations is that of a store that was put together from two moments. */
    @Test
    void opensAgainThoughTheLogFoundNoRoomForItsSlotTwice() {
        for (int first = 1; first <= OPERATIONS_OF_A_RESTART; first++) {
            for (int second = 1; second <= OPERATIONS_OF_A_RESTART; second++) {
                Source source = startOver(Fault.OVERWRITES_FULL, first);
                source.files.failAt(Fault.OVERWRITES_FULL, source.files.operations() + second);
                source.store.close();

                source.files.bytesMax(Long.MAX_VALUE);
                source.requireAllIn(open(source.files));
            }
        }
    }

    /** Has the log start over, as it does while the rest of the medium is kept for maintenance; in that, one operation and all that follow find no room. */
    private static Source startOver(Fault full, int operation) {
        Source source = new Source(
                new SimulatedFiles(operation), SmallStore.SETTINGS.withReserve(StoreReserve.of(RESERVE_BYTES)));
        source.files.bytesMax(source.files.bytes() + RESERVE_BYTES / 2);
        assertThat(source.store.room().intakeStopped()).isTrue();
        source.files.failAt(full, source.files.operations() + operation);
        try {
            source.store.maintain();
        } catch (HoldfastException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
        }
        source.files.failAt(full, Long.MAX_VALUE);
        source.files.bytesMax(Long.MAX_VALUE);
        assertThat(source.store.room().intakeStopped()).isFalse();
        return source;
    }

    @Test
    void opensWhereNothingCanBeWrittenOver() {
        Source source = new Source(new SimulatedFiles(1));
        source.store.close();
        source.files.bytesMax(source.files.bytes(), Fault.OVERWRITES_FULL);

        RecoveryStore opened = open(source.files);

        source.requireAllIn(opened);
    }
}
