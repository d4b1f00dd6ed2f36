package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.SequenceRange;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.io.IOException;
import java.util.List;

/**
 * Enters in a history's ledger which of its points are retired. The ledger has the entry before anything else says so, and long before any content
 * goes; whatever it has stays retired. So a crash in between leaves points that the next opening finds retired, and no second entry for them.
 */
final class RetiredEntries {

    private RetiredEntries() {}

    /**
     * Makes entries of what is retired and has none yet. Durable on return.
     *
     * @param history whose
     * @param state what is retired
     * @throws IOException when an entry could not be made durable
     */
    static void record(History history, RetentionState state) throws IOException {
        List<SequenceSet.Range> fresh =
                state.retired().without(history.ledger().retired()).ranges();
        for (int from = 0; from < fresh.size(); from += LedgerEntry.RANGES_MAX) {
            List<SequenceSet.Range> part = fresh.subList(from, Math.min(fresh.size(), from + LedgerEntry.RANGES_MAX));
            history.ledger().append(entry(part, state));
        }
    }

    private static LedgerEntry entry(List<SequenceSet.Range> retired, RetentionState state) {
        List<SequenceSet.Range> kept = state.retired()
                .gapsWithin(retired.getFirst().first(), retired.getLast().last());
        return new LedgerEntry.Retired(
                stretches(retired), List.of(), state.policy().toString(), stretches(kept));
    }

    /** As many stretches as one entry may name. */
    static List<SequenceRange> stretches(List<SequenceSet.Range> ranges) {
        return ranges.stream()
                .limit(LedgerEntry.RANGES_MAX)
                .map(range -> new SequenceRange(range.first(), range.last()))
                .toList();
    }
}
