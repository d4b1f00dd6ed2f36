package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;

/** What is newest of every range within one segment, or within the part of a segment up to a sequence. Thread-safe. */
public interface Run {

    /**
     * Paints what this run knows of one MiB beneath what is there.
     *
     * @param disk which disk
     * @param mebibyte which MiB of it
     * @param source how the caller counts this run's segment
     * @param pieces painted on
     * @throws IOException when the medium fails
     * @throws DamagedException when the index is damaged
     */
    void paint(int disk, long mebibyte, int source, Pieces pieces) throws IOException, DamagedException;
}
