package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.testkit.DistinctWrites;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.Tampering;
import io.holdfast.journal.testkit.TestSigner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sealed segments are read again and again, no faster than is allowed; what is damaged is named, kept aside, and costs no more than itself. */
class ScrubTest {

    private static final int WRITE_BYTES = DistinctWrites.WRITE_BYTES;
    private static final long DAY_MILLIS = 24 * 60 * 60_000L;

    private final SimulatedFiles files = new SimulatedFiles(3);
    private final Clock clock = new Clock();

    /** A clock that goes on when it is told to. */
    private static final class Clock implements TimeSource {

        private long millis = 1_700_000_000_000L;

        @Override
        public long utcMillis() {
            return millis;
        }

        @Override
        public long monotonicNanos() {
            return millis * 1_000_000L;
        }
    }

    private RecoveryStore open() {
        return RecoveryStore.open(files, SmallStore.SETTINGS, clock, new TestSigner(3));
    }

    private RecoveryStore written() {
        return DistinctWrites.to(files, clock, new TestSigner(3));
    }

    private static void rest(RecoveryStore store) {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    private String segment(int number) {
        return files.paths().stream()
                .filter(path -> path.endsWith("000000000" + number + ".seg"))
                .findFirst()
                .orElseThrow();
    }

    private void flip(String path, int at) {
        byte[] content = files.content(path);
        content[at] ^= 1;
        files.overwrite(path, content);
    }

    @Test
    void findsWhatRottedAndLosesNoMoreThanThat() {
        RecoveryStore store = written();
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        String path = segment(2);
        flip(path, 4096 + WRITE_BYTES + WRITE_BYTES / 2);
        clock.millis += 1_000;

        assertThatThrownBy(() -> rest(store)).isInstanceOfSatisfying(HoldfastException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
            assertThat(e).hasMessageContaining("1 ranges are lost by it");
        });
        rest(store);

        assertThat(store.damages())
                .singleElement()
                .satisfies(found -> assertThat(found.file()).isEqualTo(path));
        LostRange lost = history.lost().getFirst();
        assertThat(history.lost()).hasSize(1);
        assertThat(lost.length()).isEqualTo(WRITE_BYTES);
        assertThat(files.paths()).contains(path).anyMatch(name -> name.startsWith("quarantine/"));
        try (PointImage image = history.openPoint(history.head().position(), HandMade.KEYS)) {
            assertThatThrownBy(() -> image.read(0, lost.offset() + 5, ByteBuffer.allocate(10)))
                    .isInstanceOfSatisfying(HoldfastException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
                        assertThat(e)
                                .hasMessageContaining(
                                        "points before sequence " + lost.sequence() + " are not concerned");
                    });
            image.read(0, lost.offset() - WRITE_BYTES, ByteBuffer.allocate(WRITE_BYTES));
            image.read(0, lost.offset() + lost.length(), ByteBuffer.allocate(WRITE_BYTES));
        }
    }

    @Test
    void whatIsWrittenAgainIsWholeFromThenOnAndLostNoMore() {
        RecoveryStore store = written();
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        Position damaged = history.head().position();
        flip(segment(2), 4096 + WRITE_BYTES + WRITE_BYTES / 2);
        clock.millis += 1_000;
        assertThatThrownBy(() -> rest(store)).isInstanceOf(HoldfastException.class);
        LostRange lost = history.lost().getFirst();

        HandMade stream = new HandMade(Codec.LZ4).after(history.head());
        byte[] half = HandMade.pattern(WRITE_BYTES / 2, 9);
        stream.write(0, lost.offset(), half).proof().to(history);
        store.commit();

        assertThat(history.lost())
                .containsExactly(
                        new LostRange(0, lost.offset() + half.length, lost.length() - half.length, lost.sequence()));
        stream.write(0, lost.offset() + half.length, half).proof().to(history);
        store.commit();
        assertThat(history.lost()).isEmpty();
        try (PointImage image = history.openPoint(history.head().position(), HandMade.KEYS)) {
            ByteBuffer read = ByteBuffer.allocate(WRITE_BYTES);
            image.read(0, lost.offset(), read);
            assertThat(Arrays.copyOf(read.array(), half.length)).isEqualTo(half);
        }
        try (PointImage image = history.openPoint(damaged, HandMade.KEYS)) {
            assertThatThrownBy(() -> image.read(0, lost.offset(), ByteBuffer.allocate(10)))
                    .as("points inside the damage stay refused")
                    .isInstanceOf(HoldfastException.class);
        }
    }

    @Test
    void whatABlockWroteWhoseHeaderRottedIsToldByTheIndex() {
        RecoveryStore store = written();
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        flip(segment(2), 4096 + 40);
        clock.millis += 1_000;

        assertThatThrownBy(() -> rest(store))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("1 ranges are lost by it");

        LostRange lost = history.lost().getFirst();
        assertThat(history.lost()).hasSize(1);
        assertThat(lost.length()).isEqualTo(WRITE_BYTES);
        new HandMade(Codec.LZ4)
                .after(history.head())
                .write(0, lost.offset(), HandMade.pattern(WRITE_BYTES, 9))
                .proof()
                .to(history);
        store.commit();
        assertThat(history.lost()).isEmpty();
        try (PointImage image = history.openPoint(history.head().position(), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.allocate(DistinctWrites.DISK_BYTES));
        }
    }

    @Test
    void whatIsLostIsFoundAgainAfterARestart() {
        RecoveryStore store = written();
        flip(segment(2), 4096 + WRITE_BYTES + WRITE_BYTES / 2);
        clock.millis += 1_000;
        assertThatThrownBy(() -> rest(store)).isInstanceOf(HoldfastException.class);
        clock.millis += 1_000;
        rest(store);
        List<LostRange> lost = store.find(HandMade.MACHINE).orElseThrow().lost();
        store.close();

        RecoveryStore again = open();
        MachineHistory history = again.find(HandMade.MACHINE).orElseThrow();
        assertThat(history.lost()).isEmpty();
        clock.millis += 1_000;
        assertThatThrownBy(() -> rest(again)).isInstanceOf(HoldfastException.class);

        assertThat(history.lost()).isEqualTo(lost).isNotEmpty();
    }

    @Test
    void readsNoFasterThanItMayAndGoesOnAfterARestart() {
        RecoveryStore store = written();
        long before = files.reads();
        rest(store);
        assertThat(files.reads()).as("no time has passed").isEqualTo(before);

        clock.millis += 130;
        rest(store);
        assertThat(files.exists("scrub")).as("one segment was read").isTrue();
        store.close();
        flip(segment(1), 5_000);
        RecoveryStore again = open();
        clock.millis += 10_000;
        rest(again);
        assertThat(again.damages()).as("this round has been there already").isEmpty();

        clock.millis += DAY_MILLIS;
        rest(again);
        clock.millis += 10_000;
        assertThatThrownBy(() -> rest(again)).isInstanceOf(HoldfastException.class);
        assertThat(again.damages()).hasSize(1);
    }

    @Test
    void givesSegmentsOfAnOlderStoreTheirEntries() throws DamagedException {
        written().close();
        String ledger = segment(1).replace("0000000001.seg", "ledger");
        files.remove(ledger);
        Checkpoint known = Checkpoint.decode(ByteBuffer.wrap(files.content("checkpoint")));
        files.replace(
                "checkpoint",
                new Checkpoint(
                                known.storeId(),
                                known.number(),
                                known.generation(),
                                known.groupNumber(),
                                known.previousCrc(),
                                known.nextIncarnation(),
                                known.machines(),
                                false)
                        .encode());
        assertThat(Tampering.verify(files.snapshot()).intact()).isTrue();

        RecoveryStore store = open();
        assertThat(store.damages()).isEmpty();
        clock.millis += 10_000;
        rest(store);
        store.close();

        VerifyReport report = Tampering.verify(files);
        assertThat(report.intact()).isTrue();
        assertThat(report.machines().getFirst().ledgerEntries()).isEqualTo(1 + segments());
        assertThat(report.findings())
                .extracting(VerifyFinding::detail)
                .isEqualTo(List.of("was begun over " + segments() + " sealed segments: EARLIER_FORMAT"));
        RecoveryStore later = open();
        later.close();
        files.remove(ledger);
        assertThat(Tampering.verify(files).intact())
                .as("from now on it may not be missing")
                .isFalse();
    }

    private long segments() {
        return files.paths().stream().filter(path -> path.endsWith(".seg")).count();
    }
}
