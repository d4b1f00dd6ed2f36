package io.holdfast.mobility.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.mobility.stream.Sequencer.Taken;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SequencerTest {

    private static final long MEMORY = 1 << 20;

    private final StoppedClock clock = new StoppedClock();
    private final Sequencer sequencer = new Sequencer(clock, MEMORY);

    @Test
    void oneSequenceRunsAcrossAllDisksAndKindsOfRecords() {
        sequencer.open(1);
        sequencer.write(1, 0, 0, bytes(10));
        sequencer.write(1, 7, 4096, bytes(20));
        sequencer.fill(1, 0, 512, 1L << 32, ExtentKind.DISCARD);
        sequencer.gap(GapCause.PAUSED, "why");
        sequencer.marker(MarkerKind.GROUP, "name");
        sequencer.proof(5, 9);

        List<StreamRecord> records = all();

        assertThat(records).extracting(StreamRecord::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 5L);
        assertThat(sequencer.highestGiven()).isEqualTo(5);
        assertThat(sequencer.writtenBytes()).isEqualTo(30);
    }

    @Test
    void takesNothingForACaptureThatIsNotOpen() {
        assertThat(sequencer.write(1, 0, 0, bytes(1))).isEqualTo(Taken.SEALED);
        sequencer.open(2);
        assertThat(sequencer.write(1, 0, 0, bytes(1))).isEqualTo(Taken.SEALED);
        assertThat(sequencer.write(2, 0, 0, bytes(1))).isEqualTo(Taken.YES);
        sequencer.seal();
        assertThat(sequencer.write(2, 0, 0, bytes(1))).isEqualTo(Taken.SEALED);
        assertThat(sequencer.fill(2, 0, 0, 1, ExtentKind.ZERO)).isEqualTo(Taken.SEALED);
        assertThat(sequencer.highestGiven()).isEqualTo(1);
    }

    @Test
    void cutsLargeWritesIntoRecordsThatFollowEachOther() {
        Sequencer large = new Sequencer(clock, 64 << 20);
        large.open(1);
        int length = 2 * Sequencer.RECORD_DATA_BYTES_MAX + 5;
        large.write(1, 0, 100, bytes(length));

        List<StreamRecord> records = large.unlogged(Long.MAX_VALUE).records();

        assertThat(records).hasSize(3);
        ByteBuffer whole = ByteBuffer.allocate(length);
        long next = 100;
        for (StreamRecord entry : records) {
            StreamRecord.Change change = (StreamRecord.Change) entry;
            assertThat(change.offset()).isEqualTo(next);
            next += change.length();
            whole.put(change.data().duplicate());
        }
        assertThat(whole.flip()).isEqualTo(bytes(length));
    }

    @Test
    void theClockOfRecordsNeverGoesBack() {
        sequencer.open(1);
        sequencer.write(1, 0, 0, bytes(1));
        clock.utcMillis -= 3_600_000;
        sequencer.write(1, 0, 0, bytes(1));
        sequencer.proof(2, 0);

        assertThat(all()).extracting(StreamRecord::utcMillis).containsOnly(1_700_000_000_000L);
        assertThat(sequencer.clockBehindMillis()).isEqualTo(3_600_000);
        clock.utcMillis += 3_600_001;
        assertThat(sequencer.clockBehindMillis()).isZero();
    }

    @Test
    void startsBehindTheClockOfTheStore() {
        sequencer.restart(40, 1_800_000_000_000L);
        sequencer.open(1);
        sequencer.write(1, 0, 0, bytes(1));

        assertThat(all().getFirst().sequence()).isEqualTo(41);
        assertThat(all().getFirst().utcMillis()).isEqualTo(1_800_000_000_000L);
    }

    @Test
    void isFullWhenNothingIsLoggedAndTakesOneLargeWriteWhenEverythingIs() {
        sequencer.open(1);
        while (sequencer.write(1, 0, 0, bytes(100_000)) == Taken.YES) {
            assertThat(sequencer.highestGiven()).isLessThan(100);
        }
        assertThat(sequencer.highestGiven()).isEqualTo(10);

        sequencer.logged(sequencer.unlogged(Long.MAX_VALUE));

        assertThat(sequencer.write(1, 0, 0, bytes(2 << 20))).isEqualTo(Taken.YES);
    }

    @Test
    void forgetsWhatIsDurableButNotLoggedOnlyWhenMemoryRunsShort() {
        sequencer.open(1);
        for (int i = 0; i < 10; i++) {
            sequencer.write(1, 0, 0, bytes(100_000));
        }
        sequencer.durable(8, 8);
        assertThat(sequencer.firstSequence()).isEqualTo(1);

        assertThat(sequencer.write(1, 0, 0, bytes(100_000))).isEqualTo(Taken.YES);

        assertThat(sequencer.firstSequence()).isBetween(2L, 9L);
        assertThat(sequencer.placeOf(1)).isEmpty();
        assertThat(sequencer.placeOf(11)).isPresent();
        assertThat(sequencer.placeOf(13)).isEmpty();
    }

    @Test
    void aWaitingWriterIsWokenByRoomAndByTheEndOfTheCapture() throws Exception {
        sequencer.open(1);
        while (sequencer.write(1, 0, 0, bytes(100_000)) == Taken.YES) {
            assertThat(sequencer.highestGiven()).isLessThan(100);
        }
        CompletableFuture<Long> left = CompletableFuture.supplyAsync(
                () -> sequencer.awaitRoom(1, Duration.ofSeconds(20).toNanos()));
        while (!left.isDone()) {
            sequencer.durable(1, 1);
            Thread.yield();
        }

        assertThat(left.get(30, TimeUnit.SECONDS)).isPositive();
        assertThat(sequencer.giveUp(1)).isTrue();
        assertThat(sequencer.isExhausted()).isTrue();
        assertThat(sequencer.awaitRoom(1, Duration.ofSeconds(20).toNanos())).isPositive();
        assertThat(sequencer.write(1, 0, 0, bytes(1))).isEqualTo(Taken.SEALED);
        sequencer.open(2);
        assertThat(sequencer.isExhausted()).isFalse();
        assertThat(sequencer.giveUp(1)).isFalse();
    }

    @Test
    void saysOnceWhatIsProvenUnlessToldThatOnlyTimeHasPassed() {
        sequencer.open(1);
        sequencer.write(1, 0, 0, bytes(1));
        sequencer.proof(1, 10);
        sequencer.proof(1, 20);
        sequencer.nothingSince(1, 30);
        sequencer.proof(2, 40);

        assertThat(all()).filteredOn(StreamRecord.Proof.class::isInstance).hasSize(2);
    }

    @Test
    void measuresTheAgeOfTheOldestWriteThatIsNotProven() {
        sequencer.open(1);
        assertThat(sequencer.oldestUnprovenNanos()).isZero();
        sequencer.write(1, 0, 0, bytes(1));
        clock.nanos += 300_000_000;
        sequencer.write(1, 0, 0, bytes(1));
        clock.nanos += 100_000_000;
        assertThat(sequencer.oldestUnprovenNanos()).isEqualTo(400_000_000);

        sequencer.durable(1, 1);
        assertThat(sequencer.oldestUnprovenNanos()).isEqualTo(100_000_000);
        sequencer.durable(2, 1);
        assertThat(sequencer.oldestUnprovenNanos()).isEqualTo(100_000_000);
        sequencer.durable(2, 2);
        assertThat(sequencer.oldestUnprovenNanos()).isZero();
    }

    @Test
    void copiesWaitForRoomAndEndWithTheirCapture() {
        sequencer.open(1);
        CopyRead first = sequencer.beginCopy(1, 0, 0, 1 << 20);
        CopyRead second = sequencer.beginCopy(1, 0, 1 << 20, 1 << 20);
        CopyRead third = sequencer.beginCopy(1, 0, 2 << 20, 1 << 20);

        assertThat(sequencer.finishCopy(first, List.of(CopyPiece.data(0, bytes(60_000))), 100_000))
                .isEqualTo(Taken.YES);
        List<CopyPiece> more = List.of(CopyPiece.data(1 << 20, bytes(60_000)));
        assertThat(sequencer.finishCopy(second, more, 100_000)).isEqualTo(Taken.FULL);
        sequencer.durable(1, 0);
        assertThat(sequencer.finishCopy(second, more, 100_000)).isEqualTo(Taken.YES);
        sequencer.seal();
        sequencer.open(2);
        assertThat(sequencer.finishCopy(third, List.of(), 100_000)).isEqualTo(Taken.SEALED);
        assertThat(sequencer.ready(1)).isEmpty();
        assertThat(sequencer.ready(2)).hasValue(3);
    }

    private List<StreamRecord> all() {
        return sequencer.unlogged(Long.MAX_VALUE).records();
    }

    private static ByteBuffer bytes(int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) (i * 31));
        }
        return buffer.flip();
    }
}
