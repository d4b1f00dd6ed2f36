package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyRotationTest {

    private final RecoveryStore store =
            RecoveryStore.open(new SimulatedFiles(1), RandomHistoryTest.SMALL, StoreDriver.TIME);
    private final MachineHistory history = store.create(HandMade.MACHINE);
    private final MachineKeys rotated = HandMade.KEYS.rotated(new SecureRandom());
    private final BatchBuilder builder = begin();

    private BatchBuilder begin() {
        HistoryHead head =
                history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "rotation", 0));
        BatchBuilder first = BatchBuilder.create(
                HandMade.KEYS, BatchSettings.of(Codec.LZ4), BatchStart.after(HandMade.MACHINE, head, new UUID(1, 2)));
        first.add(new StreamRecord.Disks(1, 1_000, HandMade.oneDisk(1, 1 << 20)));
        return first;
    }

    private void write(long sequence, long offset, int seed) {
        byte[] data = HandMade.pattern(4_096, seed);
        builder.add(new StreamRecord.Change(
                sequence, 2_000, ChangeOrigin.GUEST, 0, offset, data.length, ExtentKind.DATA, ByteBuffer.wrap(data)));
        history.append(builder.seal().bytes());
    }

    private byte[] read(long sequence, long offset, MachineKeys keys) {
        byte[] found = new byte[4_096];
        try (PointImage image = history.openUnproven(new Position(1, sequence), keys)) {
            image.read(0, offset, ByteBuffer.wrap(found));
        }
        return found;
    }

    @Test
    void opensWhatWasSealedBeforeAndAfterARotation() {
        write(2, 0, 1);
        builder.rekey(rotated);
        write(3, 4_096, 2);
        store.commit();

        assertThat(read(3, 0, rotated)).isEqualTo(HandMade.pattern(4_096, 1));
        assertThat(read(3, 4_096, rotated)).isEqualTo(HandMade.pattern(4_096, 2));
        assertThat(read(2, 0, HandMade.KEYS)).isEqualTo(HandMade.pattern(4_096, 1));
    }

    @Test
    void sealsNewBatchesWithAKeyThatTheOldOnesDoNotHave() {
        builder.rekey(rotated);
        write(2, 0, 1);
        store.commit();

        assertThatThrownBy(() -> read(2, 0, HandMade.KEYS))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING));
        assertThat(read(2, 0, rotated)).isEqualTo(HandMade.pattern(4_096, 1));
    }

    @Test
    void keepsTheHashKeySoThatOldBlocksCompareEqual() {
        byte[] before = new byte[BlockHash.BYTES];
        byte[] after = new byte[BlockHash.BYTES];
        byte[] block = HandMade.pattern(BlockHash.BLOCK_BYTES, 5);

        new BlockHasher(HandMade.KEYS).entry(0, 7, block, 0, block.length, before, 0);
        new BlockHasher(rotated).entry(0, 7, block, 0, block.length, after, 0);

        assertThat(after).isEqualTo(before);
        assertThat(rotated.keyIds()).hasSize(2).startsWith(HandMade.KEYS.keyId());
        assertThat(rotated.keyId()).isNotEqualTo(HandMade.KEYS.keyId());
    }

    @Test
    void refusesTheKeysOfAnotherMachine() {
        assertThatThrownBy(() -> builder.rekey(MachineKeys.generate(new SecureRandom())))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
}
