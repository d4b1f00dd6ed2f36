package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.build.FrameOpener;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.FrameTable;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to read the frames of a block; the rest of its header is not kept for it.
 *
 * @param offset where the block lies
 * @param payload where its frames lie
 * @param batch how they are made
 * @param plaintextLength of all frames
 * @param table where each of them lies
 * @param cold in place of the table, when the block was coded anew
 */
record BlockFrames(
        long offset,
        long payload,
        FrameOpener.Batch batch,
        int plaintextLength,
        FrameTable table,
        @Nullable ColdTable cold) {

    private static final int FRAME_MEMORY_BYTES = 9;
    private static final int FIXED_MEMORY_BYTES = 256;

    static BlockFrames of(long offset, long payload, BlockHeader header, FrameTable table, @Nullable ColdTable cold) {
        return new BlockFrames(
                offset,
                payload,
                new FrameOpener.Batch(header.codecId(), header.keyId(), header.epoch(), header.digest()),
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
