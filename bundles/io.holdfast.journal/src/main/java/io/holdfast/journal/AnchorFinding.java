package io.holdfast.journal;

import io.holdfast.base.MachineId;

/**
 * A machine whose history is not what an anchor says it was.
 *
 * @param machine which
 * @param kind in what way
 * @param detail what was found and what would be right
 * @since 1.0
 */
public record AnchorFinding(MachineId machine, Kind kind, String detail) {

    /** In what way a history and an anchor disagree. */
    public enum Kind {
        /** The history is not there any more, or was begun anew. */
        GONE,
        /** It ends before what the anchor has seen. */
        SET_BACK,
        /** It is another one than the anchor has seen: it was rewritten, or two stores of one identity went on apart. */
        REWRITTEN,
        /** Another key has signed since. Not wrong by itself: whoever keeps the keys knows. */
        SIGNER_CHANGED
    }

    /**
     * Tells whether something that the anchor has seen is not there any more.
     *
     * @return false when another key signs, which alone is no difference
     */
    public boolean isDifference() {
        return kind != Kind.SIGNER_CHANGED;
    }
}
