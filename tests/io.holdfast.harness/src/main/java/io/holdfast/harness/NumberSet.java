package io.holdfast.harness;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A set of transaction numbers, written as ranges: {@code 1-300,305}. Not thread-safe while numbers are added. */
public final class NumberSet {

    /** Far above what any run writes; a number beyond is a broken line. */
    private static final int NUMBER_MAX = 100_000_000;

    private final BitSet numbers = new BitSet();

    /** Adds what a text lists. */
    public NumberSet addRanges(String text) {
        for (String range : text.isBlank() ? new String[0] : text.strip().split(",")) {
            int dash = range.indexOf('-');
            int first = number(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : number(range.substring(dash + 1));
            if (last < first) {
                throw new IllegalArgumentException("range " + range + " runs backwards");
            }
            numbers.set(first, last + 1);
        }
        return this;
    }

    private static int number(String text) {
        int number = Integer.parseInt(text.strip());
        if (number < 0 || number > NUMBER_MAX) {
            throw new IllegalArgumentException("number " + number + "; expected 0 to " + NUMBER_MAX);
        }
        return number;
    }

    /** Adds one number. */
    public NumberSet add(int number) {
        numbers.set(number);
        return this;
    }

    /** Adds all of another set. */
    public NumberSet addAll(NumberSet other) {
        numbers.or(other.numbers);
        return this;
    }

    /** Whether a number is in it. */
    public boolean contains(int number) {
        return numbers.get(number);
    }

    /** How many there are. */
    public int size() {
        return numbers.cardinality();
    }

    /** The greatest, 0 when there is none. */
    public int last() {
        return Math.max(0, numbers.length() - 1);
    }

    /** All, ascending. */
    public IntStream stream() {
        return numbers.stream();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NumberSet set && set.numbers.equals(numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int first = numbers.nextSetBit(0); first >= 0; ) {
            int end = numbers.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                text.append('-').append(end - 1);
            }
            first = numbers.nextSetBit(end);
        }
        return text.toString();
    }
}
