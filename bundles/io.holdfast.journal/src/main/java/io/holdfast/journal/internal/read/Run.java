package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;

/** What is newest of every range within one segment, a part of it or a number of them. Thread-safe. */
public interface Run {

    /**
     * Paints what this run knows of one MiB beneath what is there.
     *
     * @param disk which disk
     * @param mebibyte which MiB of it
     * @param pieces painted on
     * @throws IOException when the medium fails
     * @throws DamagedException when the index is damaged
     */
    void paint(int disk, long mebibyte, Pieces pieces) throws IOException, DamagedException;
}
