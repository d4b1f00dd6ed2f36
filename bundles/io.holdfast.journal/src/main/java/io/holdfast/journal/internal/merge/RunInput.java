package io.holdfast.journal.internal.merge;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;

/** A run as it goes into a merge: its entries in their order, from the start. */
public interface RunInput {

    /** Goes through narrow entries, sorted by key (unsigned). Starts before the first. */
    interface Narrow {

        /**
         * Moves to the next entry.
         *
         * @return false when there is none
         * @throws IOException when the medium fails
         * @throws DamagedException when the run is damaged
         */
        boolean next() throws IOException, DamagedException;

        /**
         * The first word of the entry.
         *
         * @return as in {@link io.holdfast.journal.internal.format.RunEntry}
         */
        long key();

        /**
         * The second word of the entry.
         *
         * @return as in {@link io.holdfast.journal.internal.format.RunEntry}
         */
        long location();

        /**
         * The segment that the entry names a block of.
         *
         * @return its number
         */
        int segment();
    }

    /** Goes through wide entries, sorted by key (unsigned). Starts before the first. */
    interface Wide {

        /**
         * Moves to the next entry.
         *
         * @return false when there is none
         * @throws IOException when the medium fails
         * @throws DamagedException when the run is damaged
         */
        boolean next() throws IOException, DamagedException;

        /**
         * The first word of the entry.
         *
         * @return as in {@link io.holdfast.journal.internal.format.WideEntry}
         */
        long key();

        /**
         * How long the entry is.
         *
         * @return MiB
         */
        long mebibytes();
    }

    /**
     * Starts with the narrow entries.
     *
     * @return before the first
     * @throws IOException when the medium fails
     * @throws DamagedException when the run is damaged
     */
    Narrow narrow() throws IOException, DamagedException;

    /**
     * Starts with the wide entries.
     *
     * @return before the first
     * @throws IOException when the medium fails
     * @throws DamagedException when the run is damaged
     */
    Wide wide() throws IOException, DamagedException;
}
