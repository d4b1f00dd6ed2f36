package io.holdfast.journal.internal.merge;

import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import java.io.IOException;
import java.util.List;

/** Merges the wide entries of runs; of two that cover the same MiB the newer one counts. */
final class WideMerger {

    /** Bits of a unit below the disk. */
    private static final int DISK_SHIFT = 28;

    private static final long MEBIBYTE_MASK = (1L << DISK_SHIFT) - 1;

    private final List<WideRanges> newestFirst;
    private final RunWriter writer;
    private long at;
    private long first;
    private long end;
    private int kind;

    WideMerger(List<WideRanges> newestFirst, RunWriter writer) {
        this.newestFirst = newestFirst;
        this.writer = writer;
    }

    /** Goes on until so many ranges were taken in; returns true when all were. */
    boolean step(long rangesMost) throws IOException, DamagedException {
        for (long taken = 0; at < Long.MAX_VALUE; taken++) {
            if (taken == rangesMost) {
                return false;
            }
            mergeOne();
        }
        put();
        return true;
    }

    /** Takes the newest range at the present unit, as far as no newer one begins, and goes on behind it. */
    private void mergeOne() throws IOException, DamagedException {
        long nextStart = Long.MAX_VALUE;
        for (WideRanges ranges : newestFirst) {
            if (ranges.covers(at)) {
                long until = Math.min(ranges.end(), nextStart);
                add(at, until, ranges.kind());
                at = until;
                return;
            }
            nextStart = Math.min(nextStart, ranges.first());
        }
        at = nextStart;
    }

    private void add(long from, long until, int itsKind) throws IOException {
        if (from == end && itsKind == kind && from >>> DISK_SHIFT == first >>> DISK_SHIFT) {
            end = until;
            return;
        }
        put();
        first = from;
        end = until;
        kind = itsKind;
    }

    private void put() throws IOException {
        if (end > first) {
            int disk = (int) (first >>> DISK_SHIFT);
            long offset = (first & MEBIBYTE_MASK) * Extent.BORDER_BYTES;
            writer.addWide(RunEntry.key(disk, offset, kind), end - first);
        }
    }
}
