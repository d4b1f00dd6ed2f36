package io.holdfast.mobility.copy;

/** How the store's image is brought to the source's state. */
public enum CopyKind {
    /** Everything is read and sent; what reads as zeroes is not, because the store's image is blank. */
    INITIAL,
    /** What the bitmaps name is read; what differs from the store's block hashes is sent. */
    BITMAP,
    /** Everything is read; what differs from the store's block hashes is sent. */
    SCAN,
    /** Only what the store has lost is read, and sent whatever it holds; everything else is as it was. */
    MEND
}
