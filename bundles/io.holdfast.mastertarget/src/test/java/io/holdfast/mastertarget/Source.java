package io.holdfast.mastertarget;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Codec;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import io.holdfast.wire.Message;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A machine with one disk whose writes a test makes up, and the process server that seals them. */
final class Source {

    static final int BLOCK_BYTES = 4096;
    static final DiskTable DISKS =
            new DiskTable(1, List.of(new DiskDescription(0, "disk-a", 64 * BLOCK_BYTES, 512, 512)));

    final MachineId machine;
    final MachineKeys keys;
    private BatchBuilder builder;
    private long epoch;
    private long sequence;

    Source(MachineId machine, MachineKeys keys) {
        this.machine = machine;
        this.keys = keys;
        this.builder = builder(BatchStart.after(machine, HistoryHead.EMPTY, BatchStart.BOOT_UNKNOWN));
    }

    static Message.Hello hello(MachineId machine) {
        return new Message.Hello(1, 1, "test", new UUID(7, 7), machine);
    }

    static Message.OpenEpoch openEpoch(Position head) {
        return new Message.OpenEpoch(head, head, EpochCause.START, "test", 0, new UUID(0, 0));
    }

    /** Continues after the answer to {@link #openEpoch}. */
    void opened(Message.EpochOpened answer) {
        byte[] digest = new byte[ChainDigest.BYTES];
        answer.chainDigest().duplicate().get(digest);
        epoch = answer.head().epoch();
        sequence = answer.head().sequence();
        builder = builder(new BatchStart(
                machine,
                answer.head(),
                answer.blockNumber(),
                ChainDigest.of(digest),
                answer.disks(),
                answer.lastUtcMillis(),
                BatchStart.BOOT_UNKNOWN));
    }

    /** Describes the disks; the first record of a history. */
    Source describeDisks() {
        builder.add(new StreamRecord.Disks(++sequence, 1_000, DISKS));
        return this;
    }

    /** Writes one block full of one value. */
    Source write(int block, int value) {
        byte[] data = new byte[BLOCK_BYTES];
        Arrays.fill(data, (byte) value);
        builder.add(new StreamRecord.Change(
                ++sequence,
                1_000 + sequence,
                ChangeOrigin.GUEST,
                0,
                (long) block * BLOCK_BYTES,
                BLOCK_BYTES,
                ExtentKind.DATA,
                ByteBuffer.wrap(data)));
        return this;
    }

    /** Says that everything is there and proven, and seals. */
    Message.Batch readyAndProven() {
        builder.add(new StreamRecord.Ready(++sequence, 1_000 + sequence));
        return proven();
    }

    /** Proves what was written so far, and seals. */
    Message.Batch proven() {
        builder.add(new StreamRecord.Proof(sequence, 1_000 + sequence, 0));
        SealedBatch batch = builder.seal();
        return new Message.Batch(batch.epoch(), batch.firstSequence(), batch.lastSequence(), batch.bytes());
    }

    Position position() {
        return new Position(epoch, sequence);
    }

    private BatchBuilder builder(BatchStart start) {
        return BatchBuilder.create(keys, BatchSettings.of(Codec.LZ4), start);
    }
}
