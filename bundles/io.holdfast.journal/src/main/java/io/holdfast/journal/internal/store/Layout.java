package io.holdfast.journal.internal.store;

/** The names in a store's directory. */
final class Layout {

    /** Says that this is a store, and which; written last when a store is made. */
    static final String IDENTITY = "store";

    static final String CHECKPOINT = "checkpoint";
    static final String LOCK = "lock";
    static final String MACHINES = "machines";
    static final String QUARANTINE = "quarantine";

    /** What a machine's history keeps, in its folder. */
    static final String RETENTION = "retention";

    /** A machine's pins, in its folder. */
    static final String PINS = "pins";

    /** Whose a machine's history is, in its folder; missing when it is this store's alone and takes batches. */
    static final String STANDING = "standing";

    /** Ends the name of a folder whose history was destroyed. */
    static final String GONE = ".gone";

    private Layout() {}
}
