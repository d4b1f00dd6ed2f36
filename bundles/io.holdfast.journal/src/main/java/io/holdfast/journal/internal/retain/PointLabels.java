package io.holdfast.journal.internal.retain;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.util.List;

/** What the source said about its sequences. */
public interface PointLabels {

    /**
     * Tells the source's clock at a sequence; it never goes back within an epoch.
     *
     * @param sequence one that is not retired
     * @return milliseconds since 1970
     * @throws IOException when the medium fails
     * @throws DamagedException when the history is damaged there
     */
    long utcMillis(long sequence) throws IOException, DamagedException;

    /**
     * Lists the sequences of markers.
     *
     * @param first start of a range of sequences
     * @param last its end, inclusive
     * @return in any order
     * @throws IOException when the medium fails
     * @throws DamagedException when the history is damaged there
     */
    List<Long> markers(long first, long last) throws IOException, DamagedException;
}
