package io.holdfast.journal.internal.format;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.ChainDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a machine's history stands after one of its blocks. The next block either follows this state and makes the next one, or is refused.
 *
 * <p>As bytes, little-endian: u64 blockNumber, 32 bytes chain, u64 epoch, u64 sequence, u64 utcMillis, u64 readySequence, u64 provenSequence,
 * u64 branchParent, u64 branchFirst, u64 zero, disk table.
 *
 * @param blockNumber the newest block, 0 before the first
 * @param chain its digest
 * @param epoch the current epoch, 0 before the first
 * @param sequence the highest sequence given
 * @param utcMillis the source's clock at the newest record of this epoch, 0 when it has none
 * @param readySequence start of the present stretch in which sequences are points once proven; 0 when there is none
 * @param provenSequence the highest proven sequence of the branch; 0 when there is none
 * @param branchParent where history branched last, if it did: sequences from here up to {@code branchFirst} are not below this state
 * @param branchFirst the first sequence after the branching, 0 when history never branched
 * @param disks the disk table in force
 */
public record HistoryState(
        long blockNumber,
        ChainDigest chain,
        long epoch,
        long sequence,
        long utcMillis,
        long readySequence,
        long provenSequence,
        long branchParent,
        long branchFirst,
        DiskTable disks) {

    /** Before the first block. */
    public static final HistoryState EMPTY = new HistoryState(0, ChainDigest.NONE, 0, 0, 0, 0, 0, 0, 0, DiskTable.NONE);

    private static final int FIXED_BYTES = 9 * Long.BYTES + ChainDigest.BYTES;

    /**
     * The newest position.
     *
     * @return epoch and sequence
     */
    public Position position() {
        return new Position(epoch, sequence);
    }

    /**
     * Tells where the history stands after one more block.
     *
     * @param block the next block
     * @return the state after it
     * @throws HoldfastException with {@link ErrorCode#EPOCH_STALE}, {@link ErrorCode#SEQUENCE_CONFLICT} or
     *     {@link ErrorCode#PROTOCOL_ERROR} when the block does not follow
     */
    public HistoryState after(BlockHeader block) {
        if (block.isEpoch()) {
            return afterEpoch(block);
        }
        if (block.epoch() != epoch) {
            throw new HoldfastException(
                    ErrorCode.EPOCH_STALE,
                    "batch " + block.blockNumber(),
                    "written in epoch " + block.epoch() + "; the current one is " + epoch);
        }
        requireNext(block);
        return apply(block);
    }

    private HistoryState afterEpoch(BlockHeader block) {
        requireNext(block);
        if (block.epoch() <= epoch || !(block.notes().getFirst() instanceof Note.Opening opening)) {
            throw new HoldfastException(
                    ErrorCode.EPOCH_STALE, "epoch " + block.epoch(), "not above the current one, " + epoch);
        }
        long parent = opening.epoch().parent().sequence();
        boolean branches = parent != sequence;
        boolean leavesBranch = sequence < branchFirst;
        return new HistoryState(
                block.blockNumber(),
                block.digest(),
                block.epoch(),
                sequence,
                0,
                opening.readySequence(),
                opening.provenSequence(),
                branches ? parent : leavesBranch ? 0 : branchParent,
                branches ? block.firstSequence() : leavesBranch ? 0 : branchFirst,
                opening.disks());
    }

    /**
     * Refuses a new batch whose source's clock lies before that of the epoch's batches so far. What is at rest already is followed all the same: time
     * is a label, and content counts for more.
     *
     * @param block the next one, a batch of this epoch
     * @throws HoldfastException with {@link ErrorCode#SEQUENCE_CONFLICT}
     */
    public void requireForwardClock(BlockHeader block) {
        if (block.firstUtcMillis() < utcMillis) {
            throw new HoldfastException(
                    ErrorCode.SEQUENCE_CONFLICT,
                    "batch " + block.blockNumber(),
                    "its source's clock runs backwards: " + block.firstUtcMillis() + " ms after " + utcMillis
                            + " ms; expected one that never goes back within epoch " + epoch);
        }
    }

    private void requireNext(BlockHeader block) {
        boolean follows = block.blockNumber() == blockNumber + 1
                && block.firstSequence() == sequence + 1
                && block.previous().equals(chain);
        if (!follows) {
            throw new HoldfastException(
                    ErrorCode.SEQUENCE_CONFLICT,
                    "block " + block.blockNumber(),
                    "starts at sequence " + block.firstSequence() + " after block " + block.previous()
                            + "; expected block " + (blockNumber + 1) + ", sequence " + (sequence + 1) + " after "
                            + chain);
        }
    }

    private HistoryState apply(BlockHeader block) {
        DiskTable table = disks;
        long ready = readySequence;
        long proven = provenSequence;
        int extent = 0;
        for (Note note : block.notes()) {
            if (note instanceof Note.Entry(var entry)) {
                switch (entry) {
                    case StreamRecord.Proof proof -> proven = Math.max(proven, ready == 0 ? 0 : proves(proof, ready));
                    case StreamRecord.Gap _ -> ready = 0;
                    case StreamRecord.Ready start -> ready = ready == 0 ? start.sequence() : ready;
                    case StreamRecord.Disks change -> {
                        extent = checkExtents(block, table, extent, change.sequence());
                        table = newerTable(table, change.table());
                        extent = skipExtents(block, extent, change.sequence());
                    }
                    case StreamRecord.Marker _, StreamRecord.Change _ -> {}
                }
            }
        }
        checkExtents(block, table, extent, Long.MAX_VALUE);
        return new HistoryState(
                block.blockNumber(),
                block.digest(),
                epoch,
                block.lastSequence(),
                Math.max(utcMillis, block.lastUtcMillis()),
                ready,
                proven,
                branchParent,
                branchFirst,
                table);
    }

    /** The newest sequence of this branch that a proof covers; sequences of another branch do not count. */
    private long proves(StreamRecord.Proof proof, long ready) {
        long highest = proof.sequence() < branchFirst ? Math.min(proof.sequence(), branchParent) : proof.sequence();
        return highest >= ready ? highest : 0;
    }

    private static DiskTable newerTable(DiskTable old, DiskTable changed) {
        if (changed.version() <= old.version()) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "disk table",
                    "version " + changed.version() + " given; expected above " + old.version());
        }
        return changed;
    }

    /** Checks that extents below a sequence lie within the disks of a table. */
    private static int checkExtents(BlockHeader block, DiskTable table, int from, long belowSequence) {
        int checkedDisk = -1;
        long size = 0;
        int index = from;
        for (; index < block.extentCount(); index++) {
            long span = block.extentSpan(index);
            if (block.firstSequence() + Extent.sequenceDelta(span) >= belowSequence) {
                break;
            }
            long place = block.extentPlace(index);
            if (Extent.disk(place) != checkedDisk) {
                checkedDisk = Extent.disk(place);
                size = table.disk(checkedDisk).map(DiskDescription::sizeBytes).orElse(0L);
            }
            if (Extent.offset(place) + Extent.bytes(place, span) > size) {
                throw new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "disk " + checkedDisk,
                        "a change ends at " + (Extent.offset(place) + Extent.bytes(place, span)) + "; the disk has "
                                + size + " bytes");
            }
        }
        return index;
    }

    /** Steps over the extents of a disk table's own sequence: they clear what a disk lost, so they lie outside the new table. */
    private static int skipExtents(BlockHeader block, int from, long sequence) {
        int index = from;
        while (index < block.extentCount()
                && block.firstSequence() + Extent.sequenceDelta(block.extentSpan(index)) == sequence
                && !Extent.isData(block.extentPlace(index))) {
            index++;
        }
        return index;
    }

    /**
     * Encodes this state.
     *
     * @return its bytes
     */
    public byte[] encode() {
        byte[] table = NoteCodec.encodeTable(disks);
        return ByteBuffer.allocate(FIXED_BYTES + table.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(blockNumber)
                .put(chain.toBytes())
                .putLong(epoch)
                .putLong(sequence)
                .putLong(utcMillis)
                .putLong(readySequence)
                .putLong(provenSequence)
                .putLong(branchParent)
                .putLong(branchFirst)
                .putLong(0)
                .put(table)
                .array();
    }

    /**
     * Decodes a state.
     *
     * @param bytes little-endian, from its position on, which moves behind the state
     * @return the state
     * @throws DamagedException when there is none
     */
    public static HistoryState decode(ByteBuffer bytes) throws DamagedException {
        if (bytes.remaining() < FIXED_BYTES) {
            throw DamagedException.damaged(bytes.remaining() + " bytes of a state of at least " + FIXED_BYTES);
        }
        long blockNumber = bytes.getLong();
        byte[] chain = new byte[ChainDigest.BYTES];
        bytes.get(chain);
        long epoch = bytes.getLong();
        long sequence = bytes.getLong();
        long utcMillis = bytes.getLong();
        long ready = bytes.getLong();
        long proven = bytes.getLong();
        long branchParent = bytes.getLong();
        long branchFirst = bytes.getLong();
        if (bytes.getLong() != 0) {
            throw DamagedException.damaged("a reserved word of a state is not zero");
        }
        return new HistoryState(
                blockNumber,
                ChainDigest.of(chain),
                epoch,
                sequence,
                utcMillis,
                ready,
                proven,
                branchParent,
                branchFirst,
                NoteCodec.decodeTable(bytes));
    }
}
