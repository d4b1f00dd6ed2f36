package io.holdfast.journal.internal.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Segments of one history that are written anew, one after the other, in steps. */
interface Round {

    History history();

    /** The segment that the next step works at, if it works at one. */
    @Nullable
    Segment segment();

    /**
     * Does the next step.
     *
     * @return true when the round is complete
     */
    boolean step() throws IOException;

    /** Deletes what was begun of the segment at hand. */
    void abandon() throws IOException;
}
