package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.HistoryState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A block that is in no segment yet.
 *
 * @param header its clear header
 * @param after the state after it
 * @param bytes all of it while it waits for its commit; nothing once it lies in the intake log
 * @param logOffset where it lies in the intake log once it does
 */
record HeldBlock(
        BlockHeader header, HistoryState after, @Nullable ByteBuffer bytes, long logOffset) {

    int length() {
        return header.blockLength();
    }

    /** The same block, now in the intake log. */
    HeldBlock logged(long offset) {
        return new HeldBlock(header, after, null, offset);
    }
}
