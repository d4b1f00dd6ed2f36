package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;

/**
 * One block of a segment, as its table lists it, 48 bytes little-endian: u32 offset, u32 headerLength, u32 blockLength, u32 sequenceCount, u64
 * epoch, u64 firstSequence, u64 firstUtcMillis, u32 utcSpanMillis, u32 form: 0 block, 1 stub.
 *
 * @param offset where it starts in the segment
 * @param headerLength bytes of its clear header, or of its stub
 * @param blockLength bytes of all that is left of it
 * @param sequenceCount sequences in it
 * @param epoch which
 * @param firstSequence the first in it, or the next one
 * @param firstUtcMillis the source's clock at its first record
 * @param utcSpanMillis until its last record
 * @param isStub whether cleaning has left a {@link StubBlock} alone
 */
public record BlockEntry(
        long offset,
        int headerLength,
        int blockLength,
        int sequenceCount,
        long epoch,
        long firstSequence,
        long firstUtcMillis,
        int utcSpanMillis,
        boolean isStub) {

    /** Bytes of an entry. */
    public static final int BYTES = 48;

    /**
     * Describes a block.
     *
     * @param offset where it starts in the segment
     * @param header its header
     * @return the entry
     */
    public static BlockEntry of(long offset, BlockHeader header) {
        return new BlockEntry(
                offset,
                header.headerLength(),
                header.blockLength(),
                header.sequenceCount(),
                header.epoch(),
                header.firstSequence(),
                header.firstUtcMillis(),
                (int) Math.min(Integer.MAX_VALUE, header.lastUtcMillis() - header.firstUtcMillis()),
                false);
    }

    /**
     * Describes the same block after cleaning.
     *
     * @param at where it starts now
     * @param length bytes of what is left of it, header included
     * @return the entry
     */
    public BlockEntry left(long at, int length) {
        return new BlockEntry(
                at, headerLength, length, sequenceCount, epoch, firstSequence, firstUtcMillis, utcSpanMillis, isStub);
    }

    /**
     * Describes the same block once only a stub is left.
     *
     * @param at where the stub starts
     * @return the entry
     */
    public BlockEntry stub(long at) {
        int length = StubBlock.BYTES;
        return new BlockEntry(
                at, length, length, sequenceCount, epoch, firstSequence, firstUtcMillis, utcSpanMillis, true);
    }

    public long lastSequence() {
        return firstSequence + sequenceCount - 1;
    }

    public long lastUtcMillis() {
        return firstUtcMillis + utcSpanMillis;
    }

    void put(ByteBuffer target) {
        target.putInt((int) offset)
                .putInt(headerLength)
                .putInt(blockLength)
                .putInt(sequenceCount)
                .putLong(epoch)
                .putLong(firstSequence)
                .putLong(firstUtcMillis)
                .putInt(utcSpanMillis)
                .putInt(isStub ? 1 : 0);
    }

    static BlockEntry get(ByteBuffer source) {
        return new BlockEntry(
                Integer.toUnsignedLong(source.getInt()),
                source.getInt(),
                source.getInt(),
                source.getInt(),
                source.getLong(),
                source.getLong(),
                source.getLong(),
                source.getInt(),
                source.getInt() != 0);
    }
}
