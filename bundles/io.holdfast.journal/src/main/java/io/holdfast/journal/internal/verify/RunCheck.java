package io.holdfast.journal.internal.verify;

import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.RunSummary;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.SortedTable;
import io.holdfast.journal.internal.format.TablePage;
import java.io.IOException;

/** Checks a merged run: every page and the summary against their checksums. It repeats what segments say, so no point is lost by its damage. */
final class RunCheck {

    /** The smallest entry on any page: pages with fences have these. */
    private static final int ENTRY_BYTES_LEAST = Long.BYTES;

    private final CheckedFile file;

    RunCheck(CheckedFile file) {
        this.file = file;
    }

    void run(MachineId machine) throws IOException {
        long tailAt = Math.max(0, file.size() - SegmentSummary.TAIL_BYTES);
        try {
            SegmentSummary.Section place =
                    SegmentSummary.decodeTail(file.read(tailAt, SegmentSummary.TAIL_BYTES), file.size());
            RunSummary summary = RunSummary.decode(file.read(place.offset(), place.bytes()));
            boolean fits = summary.machine().equals(machine)
                    && summary.wide().end() == place.offset()
                    && place.offset() + place.bytes() == tailAt;
            if (!fits) {
                throw DamagedException.damaged(
                        "its parts do not fit together, or it is machine " + summary.machine() + "'s");
            }
            pages(0, summary.entries());
            pages(summary.entries().end(), summary.wide());
        } catch (DamagedException e) {
            damage(tailAt, file.size() - tailAt, String.valueOf(e.getMessage()));
        }
    }

    private void pages(long from, SortedTable table) throws IOException {
        for (long at = from; at < table.end(); at += TablePage.BYTES) {
            try {
                TablePage.open(
                        file.read(at, TablePage.BYTES), (int) ((at - from) / TablePage.BYTES), ENTRY_BYTES_LEAST);
            } catch (DamagedException e) {
                damage(at, TablePage.BYTES, String.valueOf(e.getMessage()));
            }
        }
    }

    private void damage(long at, long length, String detail) {
        file.findings().damage(file.path(), at, length, detail + "; the store makes this file again");
    }
}
