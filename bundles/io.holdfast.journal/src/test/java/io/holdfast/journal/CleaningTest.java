package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.ThinningRun;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What cleaning leaves reads as before, and takes less room. */
class CleaningTest {

    private static final long HOUR = RetentionPolicy.HOUR_MILLIS;
    private static final int DISK_BYTES = 256 << 10;
    private static final int WRITE_BYTES = 64 << 10;
    private static final RetentionPolicy WINDOW_OF_AN_HOUR = new RetentionPolicy(HOUR, 0, 0, 0, 0, 0, 0);

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final HandClock clock = new HandClock();
    private final HandMade stream = new HandMade(Codec.LZ4);
    private final Random random = new Random(1);
    private RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
    private MachineHistory history = store.create(HandMade.MACHINE);

    CleaningTest() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, DISK_BYTES))
                .ready()
                .to(history);
    }

    /** Overwrites the whole disk so many times with what does not shrink; each time is a batch and a commit for each 64 KiB. */
    private void overwrite(int times) {
        for (int write = 0; write < times * (DISK_BYTES / WRITE_BYTES); write++) {
            byte[] data = new byte[WRITE_BYTES];
            random.nextBytes(data);
            stream.write(0, (long) write * WRITE_BYTES % DISK_BYTES, data)
                    .proof()
                    .to(history);
            store.commit();
        }
    }

    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 10 * 60_000) {
            clock.pass(10 * 60_000);
            maintain();
        }
    }

    private void maintain() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    private List<String> segments() {
        return files.paths().stream()
                .filter(path -> path.endsWith(".seg") || path.endsWith(".open"))
                .toList();
    }

    private long segmentBytes() {
        return segments().stream().mapToLong(path -> files.content(path).length).sum();
    }

    private byte[] read(PointImage image) {
        byte[] content = new byte[DISK_BYTES];
        image.read(0, 0, ByteBuffer.wrap(content));
        return content;
    }

    private byte[] read(Position position) {
        try (PointImage image = history.openPoint(position, HandMade.KEYS)) {
            return read(image);
        }
    }

    @Test
    void everyKeptPointOfRandomHistoriesReadsTheSameBeforeAndAfter() {
        long both = 0;
        long after = 0;
        for (long seed = 1; seed <= 3; seed++) {
            ThinningRun run = new ThinningRun(seed);
            run.play();
            both += run.both();
            after += run.after();
        }

        assertThat(both).isGreaterThan(20);
        assertThat(after).isGreaterThan(80);
    }

    @Test
    void aCopyOfWhatCleaningLeftReadsTheSameAndKeepsWhatIsRetired() {
        overwrite(20);
        Pin pin = history.pin(new Position(1, stream.sequence() - 30), "kept");
        byte[] pinned = read(pin.position());
        byte[] present = read(history.head().position());
        history.setRetention(WINDOW_OF_AN_HOUR);
        pass(7 * HOUR);
        SimulatedFiles other = new SimulatedFiles(2);
        try (RecoveryStore target = RecoveryStore.open(other, RandomHistoryTest.SMALL, clock)) {
            TransferTest.run(store.transfer(HandMade.MACHINE, TransferTest.order(target, TransferKind.MOVE)));
        }

        try (RecoveryStore again = RecoveryStore.open(other, RandomHistoryTest.SMALL, clock)) {
            store.close();
            store = again;
            history = again.find(HandMade.MACHINE).orElseThrow();
            assertThat(again.damages()).isEmpty();
            assertThat(other.paths()).anyMatch(path -> path.endsWith(".1.seg"));
            assertThat(read(pin.position())).isEqualTo(pinned);
            assertThat(read(history.head().position())).isEqualTo(present);
            assertThatThrownBy(() -> history.points().at(5))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.POINT_OLDER_THAN_HISTORY));
        }
    }

    @Test
    void takesBackTheRoomOfRetiredPointsWithoutAnyKey() {
        overwrite(20);
        Pin pin = history.pin(new Position(1, stream.sequence() - 30), "kept");
        byte[] pinned = read(pin.position());
        Position newest = history.head().position();
        byte[] present = read(newest);
        long before = segmentBytes();

        history.setRetention(WINDOW_OF_AN_HOUR);
        pass(7 * HOUR);

        long needed = 2L * DISK_BYTES;
        assertThat(before).isGreaterThan(20L * DISK_BYTES);
        assertThat(history.statistics().ciphertextBytes()).isBetween(needed, needed * 11 / 10);
        assertThat(segmentBytes()).as("with headers and indexes of 40 segments").isLessThan(before / 4);
        assertThat(read(pin.position())).isEqualTo(pinned);
        assertThat(read(newest)).isEqualTo(present);
        assertThat(store.damages()).isEmpty();
    }

    @Test
    void anImageThatIsOpenReadsTheSameWhileItsSegmentsAreRewritten() {
        overwrite(6);
        maintain();
        Position position = new Position(1, 10);
        PointImage image = history.openPoint(position, HandMade.KEYS);
        overwrite(6);
        byte[] before = read(image);

        history.setRetention(WINDOW_OF_AN_HOUR);
        pass(7 * HOUR);
        assertThat(segments()).anyMatch(path -> path.matches(".*\\.[1-9][0-9]*\\.seg"));

        assertThat(read(image)).isEqualTo(before);
        image.close();
        pass(7 * HOUR);
        assertThat(segmentBytes()).isLessThan(3L * DISK_BYTES);
    }

    @Test
    void verifiesAsGoodWithAndWithoutKeys() {
        overwrite(10);
        history.pin(new Position(1, 20), "kept");
        history.pin(new Position(1, 21), "kept");
        history.setRetention(WINDOW_OF_AN_HOUR);
        pass(7 * HOUR);
        store.close();

        assertThat(verify(Optional.empty()).firstDamage()).isEmpty();
        assertThat(verify(Optional.of(HandMade.KEYS)).firstDamage()).isEmpty();
    }

    @Test
    void everyFlippedBitOfACleanedSegmentIsFound() {
        overwrite(4);
        history.setRetention(WINDOW_OF_AN_HOUR);
        history.pin(new Position(1, 7), "kept");
        pass(7 * HOUR);
        store.close();
        String path = segments().stream()
                .filter(name -> name.endsWith(".1.seg"))
                .findFirst()
                .orElseThrow();
        byte[] content = files.content(path);
        for (int flip = 0; flip < 60; flip++) {
            byte[] damaged = content.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            files.overwrite(path, damaged);

            assertThat(verify(Optional.empty()).firstDamage()).isPresent();
        }
    }

    private VerifyReport verify(Optional<MachineKeys> keys) {
        return StoreVerifier.verify(files, new StoreVerifier.Means(_ -> keys, List.of(), clock));
    }

    @Test
    void aSegmentIsRewrittenAgainWhenMoreOfItIsRetired() {
        overwrite(10);
        Pin pin = history.pin(new Position(1, 20), "for a while");
        Pin next = history.pin(new Position(1, 21), "so that half of a segment is needed");
        history.setRetention(WINDOW_OF_AN_HOUR);
        pass(7 * HOUR);
        long first = segmentBytes();

        history.unpin(pin.id());
        history.unpin(next.id());
        pass(7 * HOUR);

        assertThat(segmentBytes()).isLessThan(first - DISK_BYTES / 2);
        assertThat(segments()).anyMatch(path -> path.endsWith(".2.seg"));
    }

    @Test
    void goesOnAfterTheStoreWasOpenedAgain() {
        overwrite(10);
        history.setRetention(WINDOW_OF_AN_HOUR);
        pass(HOUR);
        byte[] present = read(history.head().position());
        store.close();
        store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
        history = store.find(HandMade.MACHINE).orElseThrow();
        stream.after(history.head());

        pass(7 * HOUR);
        overwrite(1);
        pass(7 * HOUR);

        assertThat(segmentBytes()).isLessThan(3L * DISK_BYTES);
        assertThat(present).hasSize(DISK_BYTES);
        store.close();
        store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
        assertThat(store.damages()).isEmpty();
        assertThat(store.find(HandMade.MACHINE).orElseThrow().head()).isEqualTo(history.head());
    }
}
