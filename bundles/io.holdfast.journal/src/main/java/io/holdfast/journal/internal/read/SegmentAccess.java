package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;

/** The right to read one segment, until closed. Used by one thread. */
public interface SegmentAccess extends AutoCloseable {

    /** Gives access to the segments of one history by their numbers. Thread-safe. */
    interface Source {

        /**
         * Opens a segment.
         *
         * @param number which
         * @return access to it; the caller closes it
         * @throws IOException when the medium fails
         * @throws DamagedException when the segment is not there, or its index is damaged
         */
        SegmentAccess open(int number) throws IOException, DamagedException;
    }

    /**
     * Gives what reads the segment.
     *
     * @return its blocks and frames
     */
    SegmentReader reader();

    @Override
    void close();
}
