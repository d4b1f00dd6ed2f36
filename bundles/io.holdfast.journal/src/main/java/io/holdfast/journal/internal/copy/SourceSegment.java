package io.holdfast.journal.internal.copy;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.read.SegmentReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A segment of the source, open for reading.
 *
 * @param file its bytes
 * @param reader its blocks
 * @param blocks how many it had when it was opened
 * @param generation how often it was cleaned
 * @param headerBytes where its first block begins
 * @param summary what it says of itself when it is sealed
 * @param held closed with it
 */
public record SourceSegment(
        StoreFile file,
        SegmentReader reader,
        int blocks,
        int generation,
        long headerBytes,
        @Nullable SegmentSummary summary,
        Runnable held)
        implements AutoCloseable {

    /**
     * Tells where a block ends.
     *
     * @param count how many blocks come before that place
     * @return offset in the file
     * @throws IOException when the medium fails
     * @throws DamagedException when the table is damaged
     */
    public long endOf(int count) throws IOException, DamagedException {
        if (count == 0) {
            return headerBytes;
        }
        BlockEntry last = reader.table().entry(count - 1);
        return last.offset() + last.blockLength();
    }

    /**
     * Gives the chain after some blocks.
     *
     * @param count at least 1
     * @return digest of the last of them
     * @throws IOException when the medium fails
     * @throws DamagedException when the block is damaged
     */
    public ChainDigest chainAfter(int count) throws IOException, DamagedException {
        return reader.block(count - 1).header().digest();
    }

    @Override
    public void close() {
        held.run();
    }
}
