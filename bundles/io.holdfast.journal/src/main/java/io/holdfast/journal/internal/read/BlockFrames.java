package io.holdfast.journal.internal.read;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.FrameTable;

/**
 * What it takes to read the frames of a block; the rest of its header is not kept for it.
 *
 * @param offset where the block lies
 * @param payload where its frames lie
 * @param codecId how they are compressed
 * @param keyId with which key they are sealed
 * @param epoch of the block
 * @param digest of its header
 * @param plaintextLength of all frames
 * @param table where each of them lies
 */
record BlockFrames(
        long offset,
        long payload,
        int codecId,
        long keyId,
        long epoch,
        ChainDigest digest,
        int plaintextLength,
        FrameTable table) {

    private static final int FRAME_MEMORY_BYTES = 9;
    private static final int FIXED_MEMORY_BYTES = 256;

    static BlockFrames of(long offset, long payload, BlockHeader header, FrameTable table) {
        return new BlockFrames(
                offset,
                payload,
                header.codecId(),
                header.keyId(),
                header.epoch(),
                header.digest(),
                header.plaintextLength(),
                table);
    }

    int plaintextLength(int frame) {
        return FrameTable.plaintextLength(plaintextLength, frame);
    }

    long memoryBytes() {
        return FIXED_MEMORY_BYTES + (long) FRAME_MEMORY_BYTES * table.frames();
    }
}
