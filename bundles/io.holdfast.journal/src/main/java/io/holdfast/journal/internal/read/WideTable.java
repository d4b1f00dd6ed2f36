package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.WideEntry;
import java.util.List;

/** The wide entries of a run, sorted and disjoint. */
final class WideTable {

    private final List<WideEntry> entries;

    WideTable(List<WideEntry> entries) {
        this.entries = entries;
    }

    List<WideEntry> entries() {
        return entries;
    }

    /** Paints the entry that covers a MiB, if there is one. */
    void paint(int disk, long mebibyte, int source, Pieces pieces) {
        long key = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES, 0xFF);
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(entries.get(middle).key(), key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low > 0 && entries.get(low - 1).covers(disk, mebibyte)) {
            pieces.addBeneath(
                    0, Extent.BORDER_BYTES, RunEntry.kind(entries.get(low - 1).key()), source, 0, 0);
        }
    }
}
