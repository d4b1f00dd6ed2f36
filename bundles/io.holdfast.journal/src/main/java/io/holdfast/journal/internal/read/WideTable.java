package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.WideEntry;

/** Wide entries of a run, sorted and disjoint, as two words each: key and count of MiB. */
public final class WideTable {

    /** Words of an entry. */
    public static final int WORDS = 2;

    private WideTable() {}

    /** Paints the entry that covers a MiB, if there is one. */
    static void paint(long[] entries, int disk, long mebibyte, Pieces pieces) {
        int index = Words.lastAtOrBefore(entries, WORDS, RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES, 0xFF));
        if (entries.length > 0) {
            WideEntry entry = new WideEntry(entries[index * WORDS], entries[index * WORDS + 1]);
            if (entry.covers(disk, mebibyte)) {
                pieces.addBeneath(0, Extent.BORDER_BYTES, RunEntry.kind(entry.key()), 0, 0, 0);
            }
        }
    }
}
