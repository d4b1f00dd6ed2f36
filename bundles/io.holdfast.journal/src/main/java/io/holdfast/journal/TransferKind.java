package io.holdfast.journal;

/**
 * What becomes of the history that is carried to another store.
 *
 * @since 1.0
 */
public enum TransferKind {
    /** It goes on here; the other store gets a copy, which takes no batches and can be brought up to date again and again. */
    COPY,
    /** It goes on in the other store; here it stays readable and takes no batches. */
    MOVE,
    /** It goes on in the other store, and here it is destroyed once everything was compared there. */
    MOVE_AND_DESTROY
}
