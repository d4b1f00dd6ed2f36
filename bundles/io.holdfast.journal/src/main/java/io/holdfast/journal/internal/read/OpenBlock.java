package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.FrameTable;

/**
 * A block whose clear parts have been read and checked.
 *
 * @param entry where it lies
 * @param header its header
 * @param frames where its frames lie
 */
public record OpenBlock(BlockEntry entry, BlockHeader header, FrameTable frames) {

    private static final int FRAME_MEMORY_BYTES = 9;

    long memoryBytes() {
        return header.memoryBytes() + (long) FRAME_MEMORY_BYTES * frames.frames() + 256;
    }
}
