package io.holdfast.journal.file;

/**
 * What {@link StoreFiles#open} expects to find.
 *
 * @since 1.0
 */
public enum OpenMode {
    /** The file must be there; it is opened for reading alone. */
    READ,
    /** The file must be there. */
    EXISTING,
    /** The file must not be there. */
    NEW,
    /** The file is created when it is not there, and emptied when it is. */
    REPLACE
}
