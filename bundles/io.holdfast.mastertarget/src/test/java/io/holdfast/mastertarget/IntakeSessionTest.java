package io.holdfast.mastertarget;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreReserve;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.file.DirectoryFiles;
import io.holdfast.wire.Message;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeSessionTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 1));
    private static final long RESERVE_BYTES = 1 << 20;

    private final Source source = new Source(MACHINE, MachineKeys.generate(new SecureRandom()));
    private final Recorder peer = new Recorder();
    private final NarrowFiles files;
    private final RecoveryStore store;
    private final StoreKeeper keeper;

    IntakeSessionTest(@TempDir Path folder) {
        files = new NarrowFiles(DirectoryFiles.at(folder.resolve("store")));
        StoreSettings settings = StoreSettings.DEFAULT.withReserve(StoreReserve.of(RESERVE_BYTES));
        store = RecoveryStore.open(files, settings, TimeSource.SYSTEM);
        store.create(MACHINE);
        keeper = new StoreKeeper(store);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void answersDurableOnlyAfterACommit() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().write(0, 7).readyAndProven());
        assertThat(peer.all(Message.Durable.class)).isEmpty();

        commit();

        Message.Durable durable = peer.only(Message.Durable.class);
        assertThat(durable.sequence()).isEqualTo(source.position().sequence());
        assertThat(durable.provenSequence()).isEqualTo(source.position().sequence());
    }

    @Test
    void whatWasToldDurableIsReadableAsAPoint() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().write(3, 9).readyAndProven());
        Position point = source.position();
        session.received(source.write(3, 10).proven());
        commit();

        try (PointImage image = keeper.history(MACHINE).openPoint(point, source.keys)) {
            ByteBuffer block = ByteBuffer.allocate(Source.BLOCK_BYTES);
            image.read(0, 3L * Source.BLOCK_BYTES, block);
            assertThat(block.get(0)).isEqualTo((byte) 9);
        }
    }

    @Test
    void refusesAWriterOnceAnotherEpochWasOpened() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().readyAndProven());
        commit();

        Position head = keeper.history(MACHINE).head().position();
        keeper.history(MACHINE).openEpoch(new EpochRequest(head, head, EpochCause.FAILOVER, "operator", 0));
        session.received(source.write(1, 1).proven());

        assertThat(peer.refusal()).isEqualTo(ErrorCode.EPOCH_STALE);
    }

    @Test
    void aNewWriterEndsTheOneBefore() {
        streaming(peer);
        Recorder second = new Recorder();

        new IntakeSession(keeper, second).received(Source.hello(MACHINE));

        assertThat(peer.refusal()).isEqualTo(ErrorCode.EPOCH_STALE);
        assertThat(second.only(Message.Welcome.class).head().epoch()).isEqualTo(1);
    }

    @Test
    void resumesWhereTheStoreStands() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().write(0, 1).readyAndProven());
        commit();
        session.lost();
        Recorder again = new Recorder();

        new IntakeSession(keeper, again).received(Source.hello(MACHINE));

        Message.Welcome welcome = again.only(Message.Welcome.class);
        assertThat(welcome.head()).isEqualTo(source.position());
        assertThat(welcome.disks()).isEqualTo(Source.DISKS);
    }

    @Test
    void refusesAMachineThatHasNoHistory() {
        new IntakeSession(keeper, peer).received(Source.hello(new MachineId(new UUID(9, 9))));

        assertThat(peer.refusal()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void refusesABatchBeforeAnEpochIsOpen() {
        IntakeSession session = new IntakeSession(keeper, peer);
        session.received(Source.hello(MACHINE));

        session.received(new Message.Batch(1, 1, 1, ByteBuffer.wrap(new byte[100])));

        assertThat(peer.refusal()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void refusesDamagedBatches() {
        IntakeSession session = streaming(peer);
        Message.Batch batch = source.describeDisks().write(0, 1).readyAndProven();
        byte[] bytes = new byte[batch.bytes().remaining()];
        batch.bytes().duplicate().get(bytes);
        bytes[bytes.length / 2] ^= 1;

        session.received(
                new Message.Batch(batch.epoch(), batch.firstSequence(), batch.lastSequence(), ByteBuffer.wrap(bytes)));

        assertThat(peer.refusal()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void answersHashesOfWhatBecameDurableSinceTheLastQuestion() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().write(1, 5).readyAndProven());
        commit();
        session.received(new Message.HashQuery(1, 0, 1, 1, false));
        session.received(source.write(1, 6).proven());
        commit();

        session.received(new Message.HashQuery(2, 0, 1, 1, false));

        assertThat(peer.all(Message.HashAnswer.class))
                .extracting(Message.HashAnswer::hashes)
                .doesNotHaveDuplicates();
    }

    @Test
    void answersHashesOfWhatIsDurable() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().write(1, 5).readyAndProven());
        commit();

        session.received(new Message.HashQuery(77, 0, 0, 3, false));

        Message.HashAnswer answer = peer.only(Message.HashAnswer.class);
        byte[] entries = new byte[answer.hashes().remaining()];
        answer.hashes().duplicate().get(entries);
        assertThat(answer.id()).isEqualTo(77);
        assertThat(BlockHash.isZero(entries, 0)).isTrue();
        assertThat(BlockHash.isZero(entries, 1)).isFalse();
        assertThat(BlockHash.isUnknown(entries, 1)).isFalse();
    }

    @Test
    void tellsTheWriterWhenItsBatchesWereDropped() {
        streaming(peer);

        keeper.endWriter(MACHINE);

        assertThat(peer.refusal()).isEqualTo(ErrorCode.EPOCH_STALE);
    }

    @Test
    void tellsTheWriterThatTheRestOfTheMediumIsKeptAndGoesOnWhereItStoodOnceThereIsRoom() {
        IntakeSession session = streaming(peer);
        session.received(source.describeDisks().write(0, 1).readyAndProven());
        commit();
        Position durable = source.position();
        files.usableBytes(RESERVE_BYTES);
        session.received(source.write(0, 2).proven());
        commit();

        assertThat(peer.refusal()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(peer.only(Message.Durable.class).sequence()).isEqualTo(durable.sequence());
        Recorder early = new Recorder();
        new IntakeSession(keeper, early).received(Source.hello(MACHINE));
        assertThat(early.refusal()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(early.all(Message.Welcome.class)).isEmpty();

        files.usableBytes(2 * RESERVE_BYTES);
        Recorder again = new Recorder();
        IntakeSession next = streaming(again);
        assertThat(again.only(Message.Welcome.class).head()).isEqualTo(durable);
        next.received(source.write(0, 2).proven());
        commit();

        assertThat(again.only(Message.Durable.class).sequence())
                .isEqualTo(source.position().sequence());
    }

    private IntakeSession streaming(Recorder recorder) {
        IntakeSession session = new IntakeSession(keeper, recorder);
        session.received(Source.hello(MACHINE));
        session.received(Source.openEpoch(recorder.only(Message.Welcome.class).head()));
        source.opened(recorder.only(Message.EpochOpened.class));
        return session;
    }

    /** One turn of the keeper, on this thread. */
    private void commit() {
        keeper.stop();
        keeper.run();
    }
}
