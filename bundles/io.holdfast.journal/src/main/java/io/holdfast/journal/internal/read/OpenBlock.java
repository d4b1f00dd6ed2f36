package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;

/**
 * A block whose header has been read and checked.
 *
 * @param entry where it lies
 * @param header its header
 */
public record OpenBlock(BlockEntry entry, BlockHeader header) {

    long memoryBytes() {
        return header.memoryBytes() + 256;
    }
}
