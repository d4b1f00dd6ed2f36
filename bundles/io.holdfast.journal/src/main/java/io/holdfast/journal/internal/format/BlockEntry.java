package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;

/**
 * One block of a segment, as its table lists it, 48 bytes little-endian: u32 offset, u32 headerLength, u32 blockLength, u32 sequenceCount, u64
 * epoch, u64 firstSequence, u64 firstUtcMillis, u32 utcSpanMillis, u32 zero.
 *
 * @param offset where it starts in the segment
 * @param headerLength bytes of its clear header
 * @param blockLength bytes of all of it
 * @param sequenceCount sequences in it
 * @param epoch which
 * @param firstSequence the first in it, or the next one
 * @param firstUtcMillis the source's clock at its first record
 * @param utcSpanMillis until its last record
 */
public record BlockEntry(
        long offset,
        int headerLength,
        int blockLength,
        int sequenceCount,
        long epoch,
        long firstSequence,
        long firstUtcMillis,
        int utcSpanMillis) {

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
                (int) Math.min(Integer.MAX_VALUE, header.lastUtcMillis() - header.firstUtcMillis()));
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
                .putInt(0);
    }

    static BlockEntry get(ByteBuffer source) {
        BlockEntry entry = new BlockEntry(
                Integer.toUnsignedLong(source.getInt()),
                source.getInt(),
                source.getInt(),
                source.getInt(),
                source.getLong(),
                source.getLong(),
                source.getLong(),
                source.getInt());
        source.getInt();
        return entry;
    }
}
