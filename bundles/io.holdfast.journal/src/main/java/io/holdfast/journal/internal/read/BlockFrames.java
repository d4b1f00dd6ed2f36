package io.holdfast.journal.internal.read;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.FrameTable;
import org.jspecify.annotations.Nullable;

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
 * @param cold in place of the table, when the block was coded anew
 */
record BlockFrames(
        long offset,
        long payload,
        int codecId,
        long keyId,
        long epoch,
        ChainDigest digest,
        int plaintextLength,
        FrameTable table,
        @Nullable ColdTable cold) {

    private static final int FRAME_MEMORY_BYTES = 9;
    private static final int FIXED_MEMORY_BYTES = 256;

    static BlockFrames of(long offset, long payload, BlockHeader header, FrameTable table, @Nullable ColdTable cold) {
        return new BlockFrames(
                offset,
                payload,
                header.codecId(),
                header.keyId(),
                header.epoch(),
                header.digest(),
                header.plaintextLength(),
                table,
                cold);
    }

    int plaintextLength(int frame) {
        return FrameTable.plaintextLength(plaintextLength, frame);
    }

    long memoryBytes() {
        return FIXED_MEMORY_BYTES
                + (long) FRAME_MEMORY_BYTES * table.frames()
                + (cold == null ? 0 : cold.tableLength());
    }
}
