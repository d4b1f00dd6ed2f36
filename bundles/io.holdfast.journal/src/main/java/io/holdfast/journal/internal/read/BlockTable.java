package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;

/** The blocks of one segment by their place in it. Thread-safe. */
public interface BlockTable {

    /**
     * Counts the blocks.
     *
     * @return how many there are
     */
    int count();

    /**
     * Describes a block.
     *
     * @param place from 0
     * @return where it lies and what it covers
     * @throws IOException when the medium fails
     * @throws DamagedException when the table is damaged
     */
    BlockEntry entry(int place) throws IOException, DamagedException;

    /**
     * Finds the block with a sequence; sequences never fall within a segment.
     *
     * @param sequence which
     * @return the place of the block, or -1 when none has it
     * @throws IOException when the medium fails
     * @throws DamagedException when the table is damaged
     */
    default int find(long sequence) throws IOException, DamagedException {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = low + high >>> 1;
            if (entry(middle).lastSequence() < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < count() && entry(low).firstSequence() <= sequence ? low : -1;
    }
}
