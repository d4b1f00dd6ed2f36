package io.holdfast.journal.internal.retain;

import java.util.List;

/**
 * The branches of a history. A line is a stretch of neighbouring sequences that lie upon each other; it starts at the history's beginning or at a
 * sequence of an earlier line.
 *
 * @param lines by their first sequence; together they have every sequence once
 */
public record Lines(List<Line> lines) {

    /**
     * One line.
     *
     * @param first its first sequence
     * @param last its last one
     * @param parent the sequence that it starts upon, 0 for the beginning
     */
    public record Line(long first, long last, long parent) {}

    public Lines {
        lines = List.copyOf(lines);
    }

    /**
     * Finds the line of a sequence.
     *
     * @param sequence one that was given
     * @return index of its line
     */
    public int indexOf(long sequence) {
        int low = 0;
        int high = lines.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (lines.get(middle).last < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == lines.size() || lines.get(low).first > sequence) {
            throw new IllegalArgumentException("no line has sequence " + sequence);
        }
        return low;
    }
}
