package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.ReserveEnumeration;
import io.holdfast.journal.testkit.SimulatedFiles;
import java.nio.ByteBuffer;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A store stops taking batches before its medium is full, cleans in what it has kept, and goes on. */
class ReserveTest {

    private static final int RESERVE_BYTES = 512 << 10;
    private static final int CAPACITY_BYTES = 5 << 20;
    private static final int DISK_BYTES = 256 << 10;
    private static final int WRITE_BYTES = 64 << 10;
    private static final RetentionPolicy NEWEST_ALONE = new RetentionPolicy(0, 0, 0, 0, 0, 0, 0);

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final HandClock clock = new HandClock();
    private final HandMade stream = new HandMade(Codec.LZ4);
    private final Random random = new Random(1);
    private final byte[] disk = new byte[DISK_BYTES];
    private RecoveryStore store = open(files);
    private MachineHistory history = store.create(HandMade.MACHINE);
    private int writes;

    ReserveTest() {
        files.bytesMax(CAPACITY_BYTES);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, DISK_BYTES))
                .ready()
                .to(history);
        store.commit();
    }

    private RecoveryStore open(SimulatedFiles found) {
        return RecoveryStore.open(found, RandomHistoryTest.SMALL.withReserve(StoreReserve.of(RESERVE_BYTES)), clock);
    }

    /** Writes and commits until batches are refused; what was refused is not in the disk that is expected. */
    private HoldfastException writeUntilRefused() {
        while (true) {
            byte[] data = new byte[WRITE_BYTES];
            random.nextBytes(data);
            int offset = writes * WRITE_BYTES % DISK_BYTES;
            try {
                stream.write(0, offset, data).proof().to(history);
                store.commit();
            } catch (HoldfastException e) {
                return e;
            }
            System.arraycopy(data, 0, disk, offset, WRITE_BYTES);
            writes++;
            maintain();
        }
    }

    /** A session that was ended begins again at the head. */
    private void reconnect() {
        stream.epoch(history, history.head().position());
    }

    /** Somebody shortens the policy, and two hours pass. */
    private void cleanUp() {
        history.setRetention(NEWEST_ALONE);
        for (int look = 0; look < 12; look++) {
            clock.pass(10 * 60_000);
            maintain();
        }
    }

    private void maintain() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    private byte[] read() {
        byte[] content = new byte[DISK_BYTES];
        try (PointImage image =
                history.openPoint(history.points().latestProven().orElseThrow().position(), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.wrap(content));
        }
        return content;
    }

    private static void refusesAsFull(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    }

    @Test
    void refusesBatchesByNameBeforeTheMediumIsFull() {
        HoldfastException refusal = writeUntilRefused();

        assertThat(refusal.code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(refusal).hasMessageContaining("takes no batches").hasMessageContaining("kept for maintenance");
        assertThat(store.room().intakeStopped()).isTrue();
        assertThat(store.room().reserveBytes()).isEqualTo(RESERVE_BYTES);
        assertThat(files.refusals()).isZero();
        refusesAsFull(store::requireIntake);
        assertThat(read()).isEqualTo(disk);
    }

    @Test
    void cleansInTheReserveAndTakesBatchesAgainByItself() {
        for (int time = 1; time <= 4; time++) {
            assertThat(writeUntilRefused().code()).isEqualTo(ErrorCode.DISK_FULL);
            assertThat(writes).as("writes until time " + time).isGreaterThan(20 * time);
            files.bytesMax(files.bytes() + RESERVE_BYTES);

            cleanUp();
            store.requireIntake();
            reconnect();
        }

        assertThat(files.refusals()).isZero();
        assertThat(read()).isEqualTo(disk);
    }

    @Test
    void endsItsMaintenanceWhenSomebodyElseHasTakenTheReserve() {
        writeUntilRefused();
        history.setRetention(NEWEST_ALONE);
        files.bytesMax(files.bytes() + 20_000);
        int steps = 0;
        for (int look = 0; look < 12; look++) {
            clock.pass(10 * 60_000);
            while (store.maintain()) {
                steps++;
                assertThat(steps).as("steps of maintenance").isLessThan(2_000);
            }
        }

        assertThat(files.refusals()).isPositive();
        files.bytesMax(Long.MAX_VALUE);
        cleanUp();
        store.requireIntake();
        assertThat(read()).isEqualTo(disk);
    }

    @Test
    void waitsForMoreThanTheReserveBeforeItTakesBatchesAgain() {
        writeUntilRefused();
        StoreRoom stopped = store.room();

        files.bytesMax(CAPACITY_BYTES + RESERVE_BYTES / 16);
        assertThat(store.room().intakeStopped()).isTrue();

        files.bytesMax(CAPACITY_BYTES + 2L * RESERVE_BYTES);
        assertThat(store.room().intakeStopped()).isFalse();
        assertThat(store.room().usableBytes()).isEqualTo(stopped.usableBytes() + 2L * RESERVE_BYTES);
    }

    @Test
    void opensAnEpochAndPinsInTheReserve() {
        writeUntilRefused();
        Position head = history.head().position();

        HistoryHead opened = history.openEpoch(new EpochRequest(head, head, EpochCause.FAILOVER, "operator", 0));
        history.pin(history.points().latestProven().orElseThrow().position(), "under test");

        assertThat(opened.position().epoch()).isEqualTo(head.epoch() + 1);
        assertThat(history.pins()).hasSize(1);
        assertThat(files.refusals()).isZero();
    }

    @Test
    void closesAndOpensWhileItTakesNoBatches() {
        writeUntilRefused();
        store.close();
        files.bytesMax(files.bytes() + RESERVE_BYTES - 1);

        store = open(files);
        history = store.find(HandMade.MACHINE).orElseThrow();

        assertThat(store.room().intakeStopped()).isTrue();
        assertThat(read()).isEqualTo(disk);
    }

    @Test
    void takesNoCopyThatNeedsTheReserve() {
        writeUntilRefused();
        SimulatedFiles other = new SimulatedFiles(2);
        try (RecoveryStore target = open(other)) {
            other.bytesMax(other.bytes() + RESERVE_BYTES - 1);

            refusesAsFull(() ->
                    TransferTest.run(store.transfer(HandMade.MACHINE, TransferTest.order(target, TransferKind.COPY))));
        }

        assertThat(other.refusals()).isZero();
    }

    @Test
    void refusesNothingButBatchesAtWhateverOperationTheRoomIsTaken() {
        assertThat(new ReserveEnumeration(20_261_121).play(10)).as("refusals").isGreaterThan(25);
    }

    @Test
    void keepsTheLargerOfANumberAndAShareAndAtMostAnEighth() {
        StoreReserve usual = StoreReserve.USUAL;

        assertThat(usual.bytesOf(4L << 30)).isEqualTo(512L << 20);
        assertThat(usual.bytesOf(20L << 30)).isEqualTo(1L << 30);
        assertThat(usual.bytesOf(1_000L << 30)).isEqualTo((1_000L << 30) / 100 * 2);
        assertThat(usual.bytesOf(100L << 40)).isEqualTo(64L << 30);
        assertThat(StoreReserve.NONE.bytesOf(1L << 40)).isZero();
        assertThat(StoreReserve.of(7 << 20).bytesOf(1L << 40)).isEqualTo(7 << 20);
    }

    @Test
    void refusesReservesOutOfRange() {
        assertThatThrownBy(() -> StoreReserve.of(StoreReserve.BYTES_MAX + 1)).isInstanceOf(HoldfastException.class);
        assertThatThrownBy(() -> StoreReserve.of(-1)).isInstanceOf(HoldfastException.class);
        assertThatThrownBy(() -> new StoreReserve(0, 13, 0)).isInstanceOf(HoldfastException.class);
        assertThatThrownBy(() -> new StoreReserve(2, 1, 1)).isInstanceOf(HoldfastException.class);
    }
}
