package io.holdfast.journal;

import java.util.UUID;

/**
 * Whether a history takes batches in its store.
 *
 * @param state whether it does
 * @param otherStore the other store of its last copy or move, zero when there was none
 * @param otherPlace where that one lies, for people; may be empty
 * @since 1.0
 */
public record HistoryStanding(State state, UUID otherStore, String otherPlace) {

    /** Whether a history takes batches. */
    public enum State {
        /** It takes batches. */
        OWN,
        /** It is filled from the other store and takes nothing else. */
        COPY,
        /** It has stopped taking batches, to go on in the other store. */
        LEAVING,
        /** It goes on in the other store. */
        MOVED
    }
}
