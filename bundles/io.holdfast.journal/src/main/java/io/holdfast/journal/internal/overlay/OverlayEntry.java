package io.holdfast.journal.internal.overlay;

/** What stands under a name in place of what the medium has there. */
sealed interface OverlayEntry permits OverlayContent, OverlayEntry.Name {

    /** Names without content. */
    enum Name implements OverlayEntry {
        /** Was deleted or renamed. */
        GONE,
        /** A folder that the medium does not have. */
        FOLDER
    }
}
