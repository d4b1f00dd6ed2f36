package io.holdfast.journal.internal.verify;

import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.SequenceRange;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells thinning from theft: a point is gone by right when an entry of the ledger has retired it, and a segment may have been cleaned of nothing but
 * what such points needed.
 */
final class RetirementCheck {

    private final String path;
    private final Findings findings;
    private final Map<Long, SequenceSet> sealed = new HashMap<>();
    private final List<SequenceSet.Range> lately = new ArrayList<>();
    private SequenceSet retired = SequenceSet.EMPTY;
    private int entries;
    private boolean mayLackEntries;

    RetirementCheck(String path, Findings findings) {
        this.path = path;
        this.findings = findings;
    }

    /** Something that was retired before may have no entry. */
    void mayLackEntries() {
        mayLackEntries = true;
    }

    void sealed(LedgerEntry.Sealed entry) {
        sealed.put(entry.file().number(), SequenceSet.between(entry.firstSequence(), entry.lastSequence()));
    }

    void retired(LedgerEntry.Retired entry) {
        lately.addAll(ranges(entry.retired()));
        entries++;
    }

    private static List<SequenceSet.Range> ranges(List<SequenceRange> stretches) {
        return stretches.stream()
                .map(stretch -> new SequenceSet.Range(stretch.first(), stretch.last()))
                .toList();
    }

    private SequenceSet retired() {
        if (!lately.isEmpty()) {
            retired = retired.with(SequenceSet.of(lately));
            lately.clear();
        }
        return retired;
    }

    /** Of each segment that was cleaned, what was not kept has been retired before. */
    void cleaned(long index, LedgerEntry.Cleaned entry) {
        SequenceSet kept = SequenceSet.of(ranges(entry.kept()));
        boolean cut = entry.kept().size() == LedgerEntry.RANGES_MAX;
        long named = cut ? kept.ranges().getLast().last() : Long.MAX_VALUE;
        for (FileDigest input : entry.inputs()) {
            SequenceSet gone = sealed.getOrDefault(input.number(), SequenceSet.EMPTY)
                    .within(1, named)
                    .without(kept)
                    .without(retired());
            report(
                    path,
                    "entry " + index + ": segment " + input.number() + " was cleaned of points that no entry retires",
                    gone);
        }
    }

    private void report(String file, String what, SequenceSet gone) {
        if (gone.isEmpty()) {
            return;
        }
        SequenceSet.Range first = gone.ranges().getFirst();
        String detail = what + ": " + first.first() + " to " + first.last()
                + (gone.ranges().size() == 1 ? "" : " and others");
        if (mayLackEntries) {
            findings.note(file, detail + "; entries may have been lost");
        } else {
            findings.damage(file, 0, 0, detail);
        }
    }

    /** Says how much was retired, once all entries were read. */
    void tell() {
        if (entries > 0) {
            long count = retired().ranges().stream()
                    .mapToLong(range -> range.last() - range.first() + 1)
                    .sum();
            findings.note(path, count + " sequences were retired, in " + entries + " entries");
        }
    }

    /** What a history calls retired has its entry. An entry that the file does not have is what a crash left, and counts from the next opening on. */
    void compare(String file, SequenceSet called) {
        report(file, "names points as retired that no entry of the ledger does", called.without(retired()));
    }
}
