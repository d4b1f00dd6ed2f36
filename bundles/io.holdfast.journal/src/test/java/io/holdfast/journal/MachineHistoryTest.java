package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineHistoryTest {

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final RecoveryStore store = open(files);
    private final MachineHistory history = store.create(HandMade.MACHINE);
    private final HandMade stream = new HandMade(Codec.LZ4);

    private static RecoveryStore open(SimulatedFiles files) {
        return RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
    }

    private static EpochRequest request(Position expected, Position parent, long epochSeen) {
        return new EpochRequest(expected, parent, EpochCause.RESUME, "test", epochSeen);
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private SealedBatch firstBatch() {
        return stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .write(0, 0, HandMade.pattern(512, 1))
                .seal();
    }

    @Test
    void startsEmpty() {
        assertThat(history.head()).isEqualTo(HistoryHead.EMPTY);
        assertThat(store.machines()).containsExactly(HandMade.MACHINE);
        assertThat(history.points().latest()).isEmpty();
        refuses(ErrorCode.ALREADY_EXISTS, () -> store.create(HandMade.MACHINE));
    }

    @Test
    void opensAnEpochOnlyForWhoKnowsTheHead() {
        HistoryHead head = history.openEpoch(request(Position.ORIGIN, Position.ORIGIN, 0));

        assertThat(head.position()).isEqualTo(new Position(1, 0));
        assertThat(head.lineage()).singleElement().satisfies(epoch -> {
            assertThat(epoch.parent()).isEqualTo(Position.ORIGIN);
            assertThat(epoch.firstSequence()).isEqualTo(1);
            assertThat(epoch.writer()).isEqualTo("test");
        });
        refuses(ErrorCode.EPOCH_STALE, () -> history.openEpoch(request(Position.ORIGIN, Position.ORIGIN, 0)));
        assertThat(history.head()).isEqualTo(head);
    }

    @Test
    void refusesAParentThatIsNotThere() {
        firstBatch();
        Position head = history.head().position();

        refuses(ErrorCode.POINT_NOT_FOUND, () -> history.openEpoch(request(head, new Position(1, 5), 0)));
        refuses(ErrorCode.POINT_NOT_FOUND, () -> history.openEpoch(request(head, new Position(7, 0), 0)));
        assertThat(history.head().position()).isEqualTo(head);
    }

    @Test
    void givesEpochsAboveWhatTheSourceHasSeen() {
        assertThat(history.openEpoch(request(Position.ORIGIN, Position.ORIGIN, 41))
                        .position())
                .isEqualTo(new Position(42, 0));
    }

    @Test
    void refusesBatchesOfAnOlderEpochForEver() {
        SealedBatch old = firstBatch();
        history.openEpoch(request(history.head().position(), history.head().position(), 0));

        refuses(ErrorCode.EPOCH_STALE, () -> history.append(old.bytes()));
        store.close();
        MachineHistory again = open(files).find(HandMade.MACHINE).orElseThrow();
        refuses(ErrorCode.EPOCH_STALE, () -> again.append(old.bytes()));
    }

    @Test
    void dropsWaitingBatchesOfTheOldEpoch() {
        history.append(firstBatch().bytes());
        HistoryHead head = history.openEpoch(request(new Position(1, 0), new Position(1, 0), 0));

        assertThat(head.position()).isEqualTo(new Position(2, 0));
        assertThat(head.disks()).isEqualTo(DiskTable.NONE);
        assertThat(store.commit()).isEmpty();
    }

    @Test
    void answersRepeatedBatchesByWhatBecameOfThem() {
        SealedBatch batch = firstBatch();

        assertThat(history.append(batch.bytes())).isEqualTo(AppendResult.ACCEPTED);
        assertThat(history.append(batch.bytes())).isEqualTo(AppendResult.PENDING);
        assertThat(store.commit()).singleElement().satisfies(durable -> {
            assertThat(durable.head().position()).isEqualTo(new Position(1, 2));
            assertThat(durable.head().chain()).isEqualTo(batch.chain());
        });
        assertThat(history.append(batch.bytes())).isEqualTo(AppendResult.DURABLE);
        store.close();
        MachineHistory again = open(files).find(HandMade.MACHINE).orElseThrow();
        assertThat(again.append(batch.bytes())).isEqualTo(AppendResult.DURABLE);
    }

    @Test
    void refusesAnotherBatchOfTheSamePlace() {
        history.append(firstBatch().bytes());
        store.commit();
        stream.after(history.head());
        history.append(stream.write(0, 0, HandMade.pattern(100, 1)).seal().bytes());
        SealedBatch other = stream.after(history.head())
                .write(0, 0, HandMade.pattern(100, 2))
                .seal();

        refuses(ErrorCode.SEQUENCE_CONFLICT, () -> history.append(other.bytes()));
        store.commit();
        refuses(ErrorCode.SEQUENCE_CONFLICT, () -> history.append(other.bytes()));
    }

    @Test
    void refusesABatchThatLeavesOneOut() {
        firstBatch();
        SealedBatch third = stream.write(0, 0, HandMade.pattern(100, 2)).seal();

        refuses(ErrorCode.SEQUENCE_CONFLICT, () -> history.append(third.bytes()));
        assertThat(store.commit()).isEmpty();
    }

    @Test
    void refusesABatchOfAnotherMachine() {
        MachineHistory other = store.create(new StoreDriver(9, 1000, 100).machine());
        SealedBatch batch = firstBatch();

        refuses(ErrorCode.PROTOCOL_ERROR, () -> other.append(batch.bytes()));
    }

    @Test
    void takesNoMoreThanMayWait() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .to(history);
        byte[] data = new byte[900_000];
        new java.util.Random(1).nextBytes(data);
        for (int batch = 0; batch < 8; batch++) {
            stream.write(0, 0, data).to(history);
        }
        SealedBatch full = stream.write(0, 0, data).write(0, 0, new byte[] {1}).seal();
        SealedBatch next = stream.write(0, 0, data).seal();

        history.append(full.bytes());
        refuses(ErrorCode.OVERLOADED, () -> history.append(next.bytes()));
        store.commit();
        assertThat(history.append(next.bytes())).isEqualTo(AppendResult.ACCEPTED);
    }

    /** Also the opening of the epoch, the disk table and notes are part of the batch: whatever bit flips, nothing is taken. */
    @Test
    void refusesABatchWithAnyBitFlipped() {
        SealedBatch batch = stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .write(0, 100, HandMade.pattern(700, 1))
                .marker("m")
                .ready()
                .proof()
                .seal();
        byte[] bytes = new byte[batch.storedBytes()];
        batch.bytes().get(bytes);

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            int flipped = bit;
            assertThatThrownBy(() -> history.append(ByteBuffer.wrap(bytes)))
                    .as("bit %d", flipped)
                    .isInstanceOf(HoldfastException.class);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(history.append(ByteBuffer.wrap(bytes))).isEqualTo(AppendResult.ACCEPTED);
    }

    @Test
    void refusesABatchCutAnywhere() {
        SealedBatch batch = firstBatch();

        for (int length = 0; length < batch.storedBytes(); length++) {
            ByteBuffer cut = batch.bytes().duplicate().limit(length);
            refuses(ErrorCode.PROTOCOL_ERROR, () -> history.append(cut));
        }
        ByteBuffer longer = ByteBuffer.allocate(batch.storedBytes() + 1)
                .put(batch.bytes().duplicate())
                .clear();
        refuses(ErrorCode.PROTOCOL_ERROR, () -> history.append(longer));
    }

    @Test
    void keepsPinsAcrossRestarts() {
        history.append(firstBatch().bytes());
        store.commit();
        Pin first = history.pin(new Position(1, 1), "test failover 7");
        Pin second = history.pin(new Position(1, 2), "drill");
        history.unpin(first.id());
        history.unpin(99);
        refuses(ErrorCode.POINT_NOT_FOUND, () -> history.pin(new Position(1, 3), "too new"));
        store.close();

        MachineHistory again = open(files).find(HandMade.MACHINE).orElseThrow();
        assertThat(again.pins()).containsExactly(second);
        assertThat(again.pin(new Position(1, 1), "again").id()).isGreaterThan(second.id());
    }

    @Test
    void forgetsADestroyedHistoryForGood() {
        history.append(firstBatch().bytes());
        store.commit();
        PointImage image = history.openUnproven(new Position(1, 2), HandMade.KEYS);

        history.destroy();

        assertThat(store.find(HandMade.MACHINE)).isEmpty();
        assertThat(store.machines()).isEmpty();
        refuses(ErrorCode.ILLEGAL_STATE, () -> image.read(0, 0, ByteBuffer.allocate(1)));
        refuses(ErrorCode.NOT_FOUND, () -> history.head());
        refuses(ErrorCode.NOT_FOUND, () -> history.destroy());
        assertThat(files.paths()).noneMatch(path -> path.startsWith("machines/"));
        RecoveryStore again = open(files.afterKill());
        assertThat(again.machines()).isEmpty();
        MachineHistory anew = again.create(HandMade.MACHINE);
        assertThat(anew.head()).isEqualTo(HistoryHead.EMPTY);
        assertThat(again.damages()).isEmpty();
    }

    @Test
    void destroysWholeOrNotAtAll() {
        history.append(firstBatch().bytes());
        store.commit();
        SimulatedFiles start = files.snapshot();
        for (int operation = 1; operation < 40; operation++) {
            SimulatedFiles run = start.snapshot();
            RecoveryStore opened = open(run);
            run.crashAt(run.operations() + operation);
            boolean destroyed = destroys(opened);
            RecoveryStore after = open(run.afterCrash());
            if (destroyed) {
                assertThat(after.machines()).isEmpty();
            } else {
                after.find(HandMade.MACHINE)
                        .ifPresent(found -> assertThat(found.head().position()).isEqualTo(new Position(1, 2)));
            }
            assertThat(after.damages()).isEmpty();
            after.close();
        }
    }

    private static boolean destroys(RecoveryStore opened) {
        try {
            opened.find(HandMade.MACHINE).orElseThrow().destroy();
            return true;
        } catch (io.holdfast.journal.testkit.SimulatedCrash _) {
            return false;
        }
    }

    /**
     * The host's disk is set back to a snapshot, the source goes on from what it knows: the new epoch is above every one that was ever given, so no
     * position is given twice, and other content makes other keys, so no key and nonce are used twice.
     */
    @Test
    void repeatsNoPositionAndNoNonceAfterItWasSetBack() {
        history.append(firstBatch().bytes());
        store.commit();
        SimulatedFiles snapshot = files.snapshot();
        Set<Position> positions = new HashSet<>();
        Set<ChainDigest> digests = new HashSet<>();
        SealedBatch lost = stream.write(0, 0, HandMade.pattern(512, 7)).seal();
        history.append(lost.bytes());
        store.commit();
        positions.add(lost.last());
        digests.add(lost.chain());
        long epochSeen = history.head().position().epoch();

        MachineHistory setBack = open(snapshot).find(HandMade.MACHINE).orElseThrow();
        Position head = setBack.head().position();
        refuses(ErrorCode.EPOCH_STALE, () -> setBack.openEpoch(request(lost.last(), lost.last(), epochSeen)));
        HistoryHead opened = setBack.openEpoch(request(head, head, epochSeen));
        SealedBatch again =
                stream.after(opened).write(0, 0, HandMade.pattern(512, 8)).seal();
        setBack.append(again.bytes());

        assertThat(positions.add(again.last()))
                .as("position %s is new", again.last())
                .isTrue();
        assertThat(digests.add(again.chain())).as("the batch's key is new").isTrue();
    }

    @Test
    void countsWhatItHolds() {
        history.append(firstBatch().bytes());
        byte[] data = new byte[60_000];
        for (int batch = 0; batch < 20; batch++) {
            new java.util.Random(batch).nextBytes(data);
            stream.write(0, 4096L * batch, data).to(history);
            store.commit();
        }
        while (store.maintain()) {
            // until all is sealed
        }
        history.openBlockHashes().close();

        HistoryStatistics statistics = history.statistics();
        assertThat(statistics.plaintextBytes()).isEqualTo(512 + 20 * 60_000);
        assertThat(statistics.records()).isEqualTo(22);
        assertThat(statistics.segments()).isGreaterThan(3);
        long atRest = files.paths().stream()
                .filter(path -> path.startsWith("machines/") && !path.endsWith("/retention"))
                .mapToLong(path -> files.content(path).length)
                .sum();
        assertThat(statistics.ciphertextBytes() + statistics.metadataBytes()).isEqualTo(atRest);
    }
}
