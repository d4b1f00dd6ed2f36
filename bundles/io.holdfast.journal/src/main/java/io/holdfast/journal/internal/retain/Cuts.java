package io.holdfast.journal.internal.retain;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a history is looked at: its points, and the sequences upon which a branch with points begins. Between two neighbouring cuts of a line
 * exactly what is newest there is needed; behind a line's last cut nothing is. Immutable.
 */
public final class Cuts {

    private final Lines lines;
    private final SequenceSet cuts;

    /**
     * Works out the cuts.
     *
     * @param lines the history's branches
     * @param kept every sequence at which the history may be opened
     */
    public Cuts(Lines lines, SequenceSet kept) {
        this.lines = lines;
        List<SequenceSet.Range> parents = new ArrayList<>();
        SequenceSet all = kept;
        for (Lines.Line line : lines.lines().reversed()) {
            if (line.parent() > 0 && all.touches(line.first(), line.last())) {
                parents.add(new SequenceSet.Range(line.parent(), line.parent()));
                all = kept.with(SequenceSet.of(parents));
            }
        }
        this.cuts = all;
    }

    /**
     * Finds the next cut.
     *
     * @param sequence any that was given
     * @return the first cut of its line at the sequence or after, or {@link Long#MAX_VALUE} when there is none
     */
    public long next(long sequence) {
        long next = cuts.nextFrom(sequence);
        return next <= line(sequence).last() ? next : Long.MAX_VALUE;
    }

    /**
     * Finds the end of the stretch of neighbouring cuts that a cut lies in.
     *
     * @param cut one that {@link #next} gave
     * @return its last sequence, on the same line
     */
    public long lastOfStretch(long cut) {
        List<SequenceSet.Range> gaps = cuts.gapsWithin(cut, line(cut).last());
        return gaps.isEmpty() ? line(cut).last() : gaps.getFirst().first() - 1;
    }

    /**
     * Finds what a change of some sequences may concern.
     *
     * @param changed sequences that stopped being cuts
     * @return every sequence between the cuts around them, on the same lines
     */
    public SequenceSet around(SequenceSet changed) {
        List<SequenceSet.Range> found = new ArrayList<>();
        for (Lines.Line line : lines.lines()) {
            for (SequenceSet.Range range :
                    changed.within(line.first(), line.last()).ranges()) {
                List<SequenceSet.Range> before =
                        cuts.within(line.first(), range.first() - 1).ranges();
                long first = before.isEmpty() ? line.first() : before.getLast().last() + 1;
                found.add(new SequenceSet.Range(first, Math.min(line.last(), next(range.last()))));
            }
        }
        return SequenceSet.of(found);
    }

    /**
     * Tells whether a sequence is a cut.
     *
     * @param sequence which
     * @return true when it is
     */
    public boolean contains(long sequence) {
        return cuts.contains(sequence);
    }

    /**
     * Lists the cuts within a range.
     *
     * @param first its start
     * @param last its end, inclusive
     * @return the cuts
     */
    public SequenceSet within(long first, long last) {
        return cuts.within(first, last);
    }

    private Lines.Line line(long sequence) {
        return lines.lines().get(lines.indexOf(sequence));
    }
}
