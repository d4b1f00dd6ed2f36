package io.holdfast.journal.internal.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ranges of time by number, and the ranges of each 16 neighbours, and of each 16 of those, and so on: finds the next lower number whose range touches a
 * window in a few steps, however the ranges lie. About 17 bytes a number. Not thread-safe.
 */
final class TimeIndex {

    private static final int FAN_OUT = 16;
    private static final int NUMBERS_AT_FIRST = 64;

    private final List<long[]> firsts = new ArrayList<>();
    private final List<long[]> lasts = new ArrayList<>();

    /** Sets the range of a number; one that was set before can only grow. */
    void put(int number, long firstUtcMillis, long lastUtcMillis) {
        int index = number;
        for (int level = 0; level == 0 || index > 0 || level < firsts.size(); level++) {
            ensure(level, index);
            widen(level, index, firstUtcMillis, lastUtcMillis);
            index /= FAN_OUT;
        }
    }

    private void widen(int level, int index, long firstUtcMillis, long lastUtcMillis) {
        firsts.get(level)[index] = Math.min(firsts.get(level)[index], firstUtcMillis);
        lasts.get(level)[index] = Math.max(lasts.get(level)[index], lastUtcMillis);
    }

    private void ensure(int level, int index) {
        if (level == firsts.size()) {
            firsts.add(filled(new long[0], NUMBERS_AT_FIRST, Long.MAX_VALUE));
            lasts.add(filled(new long[0], NUMBERS_AT_FIRST, Long.MIN_VALUE));
            for (int below = 0; level > 0 && below < NUMBERS_AT_FIRST; below++) {
                widen(level, below / FAN_OUT, firsts.get(level - 1)[below], lasts.get(level - 1)[below]);
            }
        }
        int length = firsts.get(level).length;
        if (index >= length) {
            int larger = Math.max(index + 1, 2 * length);
            firsts.set(level, filled(firsts.get(level), larger, Long.MAX_VALUE));
            lasts.set(level, filled(lasts.get(level), larger, Long.MIN_VALUE));
        }
    }

    private static long[] filled(long[] old, int length, long value) {
        long[] longer = Arrays.copyOf(old, length);
        Arrays.fill(longer, old.length, length, value);
        return longer;
    }

    /**
     * Finds the highest number, up to one, whose range touches a window.
     *
     * @param number where to begin
     * @param fromUtcMillis start of the window, inclusive
     * @param toUtcMillis end of the window, inclusive
     * @return the number, -1 when there is none
     */
    int newestTouching(int number, long fromUtcMillis, long toUtcMillis) {
        int level = 0;
        int index = firsts.isEmpty() ? -1 : Math.min(number, firsts.getFirst().length - 1);
        while (index >= 0) {
            if (firsts.get(level)[index] <= toUtcMillis && lasts.get(level)[index] >= fromUtcMillis) {
                if (level == 0) {
                    return index;
                }
                level--;
                index = Math.min(index * FAN_OUT + FAN_OUT - 1, firsts.get(level).length - 1);
            } else if (index % FAN_OUT == 0 && level + 1 < firsts.size()) {
                index = index / FAN_OUT - 1;
                level++;
            } else {
                index--;
            }
        }
        return -1;
    }
}
