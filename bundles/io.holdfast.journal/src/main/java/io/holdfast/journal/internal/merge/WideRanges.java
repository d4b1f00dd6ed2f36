package io.holdfast.journal.internal.merge;

import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.RunEntry;
import java.io.IOException;

/** Wide entries of one run as ranges of units, a unit being a MiB of a disk; asked from the lowest to the highest. */
final class WideRanges {

    private static final int UNIT_SHIFT = 28;

    private final RunInput.Wide entries;
    private long first;
    private long end;

    WideRanges(RunInput.Wide entries) throws IOException, DamagedException {
        this.entries = entries;
        advance();
    }

    private void advance() throws IOException, DamagedException {
        if (entries.next()) {
            first = entries.key() >>> UNIT_SHIFT;
            end = first + entries.mebibytes();
        } else {
            first = Long.MAX_VALUE;
            end = Long.MAX_VALUE;
        }
    }

    /** Moves to the range that ends after a unit. */
    void skipTo(long unit) throws IOException, DamagedException {
        while (end <= unit) {
            advance();
        }
    }

    boolean covers(long unit) throws IOException, DamagedException {
        skipTo(unit);
        return first <= unit;
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    int kind() {
        return RunEntry.kind(entries.key());
    }
}
