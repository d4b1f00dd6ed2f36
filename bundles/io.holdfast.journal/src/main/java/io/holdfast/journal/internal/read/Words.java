package io.holdfast.journal.internal.read;

/** Search in sorted entries of one or more words, of which the first is the key, unsigned. */
public final class Words {

    private Words() {}

    /**
     * Finds the last entry whose key is at most a given one.
     *
     * @param entries one behind the other
     * @param words of each entry
     * @param key which
     * @return its index; 0 when there is none
     */
    public static int lastAtOrBefore(long[] entries, int words, long key) {
        int low = 0;
        int high = entries.length / words;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(entries[middle * words], key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }
}
