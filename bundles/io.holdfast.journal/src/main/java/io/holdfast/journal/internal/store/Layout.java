package io.holdfast.journal.internal.store;

import io.holdfast.journal.KeyFile;
import io.holdfast.journal.file.StoreFiles;

/** The names in a store's directory. */
public final class Layout {

    /** Says that this is a store, and which; written last when a store is made. */
    public static final String IDENTITY = "store";

    public static final String CHECKPOINT = "checkpoint";
    public static final String LOCK = "lock";

    /** Sealed keys of the machines; the key vault's, not the store's. */
    public static final String KEYS = KeyFile.FOLDER;

    public static final String MACHINES = "machines";
    public static final String QUARANTINE = "quarantine";

    /** What a machine's history keeps, in its folder. */
    public static final String RETENTION = "retention";

    /** How far the reading again of sealed segments has come. */
    public static final String SCRUB = "scrub";

    /** A machine's pins, in its folder. */
    public static final String PINS = "pins";

    /** Whose a machine's history is, in its folder; missing when it is this store's alone and takes batches. */
    public static final String STANDING = "standing";

    /** Ends the name of a folder whose history was destroyed. */
    public static final String GONE = ".gone";

    private Layout() {}

    /**
     * Names a store for people.
     *
     * @param files where it lies
     * @return what it is and, where files have a place, where
     */
    public static String nameOf(StoreFiles files) {
        return files.place().isEmpty() ? "recovery store" : "recovery store " + files.place();
    }
}
