package io.holdfast.journal.internal.retain;

import java.util.ArrayList;
import java.util.List;

/** A set of sequences, as ranges that neither touch nor overlap. Immutable. */
public final class SequenceSet {

    /** No sequence at all. */
    public static final SequenceSet EMPTY = new SequenceSet(List.of());

    private final List<Range> ranges;

    /**
     * Neighbouring sequences.
     *
     * @param first at least 1
     * @param last at least {@code first}
     */
    public record Range(long first, long last) {

        public Range {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("range " + first + " to " + last);
            }
        }
    }

    private SequenceSet(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Makes a set of ranges in any order, which may overlap.
     *
     * @param ranges its members
     * @return the set
     */
    public static SequenceSet of(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort((one, other) -> Long.compare(one.first, other.first));
        List<Range> joined = new ArrayList<>();
        for (Range range : sorted) {
            if (!joined.isEmpty() && joined.getLast().last >= range.first - 1) {
                Range before = joined.removeLast();
                joined.add(new Range(before.first, Math.max(before.last, range.last)));
            } else {
                joined.add(range);
            }
        }
        return new SequenceSet(List.copyOf(joined));
    }

    /**
     * Makes the set of one range.
     *
     * @param first its first sequence
     * @param last its last one; the set is empty when it is smaller
     * @return the set
     */
    public static SequenceSet between(long first, long last) {
        return last < first ? EMPTY : new SequenceSet(List.of(new Range(first, last)));
    }

    public List<Range> ranges() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * Tells whether a sequence is a member.
     *
     * @param sequence any
     * @return true when it is
     */
    public boolean contains(long sequence) {
        int index = firstEndingAtOrAfter(sequence);
        return index < ranges.size() && ranges.get(index).first <= sequence;
    }

    /**
     * Tells whether any sequence of a range is a member.
     *
     * @param first the range's start
     * @param last its end, inclusive
     * @return true when one is
     */
    public boolean touches(long first, long last) {
        int index = firstEndingAtOrAfter(first);
        return index < ranges.size() && ranges.get(index).first <= last;
    }

    /**
     * Finds the first member at a sequence or after.
     *
     * @param sequence any
     * @return the member, or {@link Long#MAX_VALUE} when there is none
     */
    public long nextFrom(long sequence) {
        int index = firstEndingAtOrAfter(sequence);
        return index == ranges.size() ? Long.MAX_VALUE : Math.max(sequence, ranges.get(index).first);
    }

    /**
     * Adds the members of another set.
     *
     * @param other which
     * @return what is in either
     */
    public SequenceSet with(SequenceSet other) {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return of(all);
    }

    /**
     * Takes away the members of another set.
     *
     * @param other which
     * @return what is in this one alone
     */
    public SequenceSet without(SequenceSet other) {
        List<Range> left = new ArrayList<>();
        for (Range range : ranges) {
            left.addAll(other.gapsWithin(range.first, range.last));
        }
        return new SequenceSet(List.copyOf(left));
    }

    /**
     * Cuts the set to a range.
     *
     * @param first the range's start
     * @param last its end, inclusive; nothing is within when it is smaller
     * @return the members within
     */
    public SequenceSet within(long first, long last) {
        List<Range> inside = new ArrayList<>();
        for (int index = firstEndingAtOrAfter(first);
                first <= last && index < ranges.size() && ranges.get(index).first <= last;
                index++) {
            Range range = ranges.get(index);
            inside.add(new Range(Math.max(first, range.first), Math.min(last, range.last)));
        }
        return new SequenceSet(List.copyOf(inside));
    }

    /**
     * Lists what of a range is not in the set.
     *
     * @param first the range's start
     * @param last its end, inclusive
     * @return ranges in order
     */
    public List<Range> gapsWithin(long first, long last) {
        List<Range> gaps = new ArrayList<>();
        long at = first;
        for (int index = firstEndingAtOrAfter(first); at <= last; index++) {
            long next = index == ranges.size() ? Long.MAX_VALUE : ranges.get(index).first;
            if (next > at) {
                gaps.add(new Range(at, Math.min(last, next - 1)));
            }
            if (next > last) {
                return gaps;
            }
            at = ranges.get(index).last + 1;
        }
        return gaps;
    }

    private int firstEndingAtOrAfter(long sequence) {
        int low = 0;
        int high = ranges.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (ranges.get(middle).last < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof SequenceSet set && ranges.equals(set.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
