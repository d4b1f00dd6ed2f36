package io.holdfast.journal.internal.read;

import java.util.Arrays;

/**
 * What one MiB of a disk holds: disjoint pieces, sorted by their start. It is painted from the newest to the oldest: what comes later shows only
 * where nothing lies yet.
 */
public final class Pieces {

    private static final int AT_FIRST = 4;
    private static final int ARRAYS = 6;

    private int count;
    private int[] starts = new int[AT_FIRST];
    private int[] ends = new int[AT_FIRST];
    private int[] kinds = new int[AT_FIRST];
    private int[] sources = new int[AT_FIRST];
    private int[] blocks = new int[AT_FIRST];
    private int[] plaintext = new int[AT_FIRST];

    /**
     * Adds a range beneath what is there.
     *
     * @param start first byte within the MiB
     * @param end end within the MiB, exclusive
     * @param kind number of the kind, 0 for data
     * @param source which segment, as the caller counts them
     * @param block its block's place in the segment
     * @param plaintextOffset where the bytes of {@code start} lie in the block's plaintext; 0 without data
     */
    public void addBeneath(int start, int end, int kind, int source, int block, int plaintextOffset) {
        int index = firstEndingAfter(start);
        int at = start;
        while (at < end) {
            if (index < count && starts[index] <= at) {
                at = Math.max(at, ends[index]);
            } else {
                int until = index < count ? Math.min(end, starts[index]) : end;
                insert(index, at, until);
                kinds[index] = kind;
                sources[index] = source;
                blocks[index] = block;
                plaintext[index] = kind == 0 ? plaintextOffset + at - start : 0;
                at = until;
            }
            index++;
        }
    }

    /**
     * Finds the first piece that ends after a place.
     *
     * @param place within the MiB
     * @return its index, or the count when there is none
     */
    public int firstEndingAfter(int place) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (ends[middle] <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void insert(int index, int start, int end) {
        if (count == starts.length) {
            int larger = 2 * count;
            starts = Arrays.copyOf(starts, larger);
            ends = Arrays.copyOf(ends, larger);
            kinds = Arrays.copyOf(kinds, larger);
            sources = Arrays.copyOf(sources, larger);
            blocks = Arrays.copyOf(blocks, larger);
            plaintext = Arrays.copyOf(plaintext, larger);
        }
        int moved = count - index;
        System.arraycopy(starts, index, starts, index + 1, moved);
        System.arraycopy(ends, index, ends, index + 1, moved);
        System.arraycopy(kinds, index, kinds, index + 1, moved);
        System.arraycopy(sources, index, sources, index + 1, moved);
        System.arraycopy(blocks, index, blocks, index + 1, moved);
        System.arraycopy(plaintext, index, plaintext, index + 1, moved);
        starts[index] = start;
        ends[index] = end;
        count++;
    }

    /**
     * Tells whether nothing can be added any more.
     *
     * @param length of the MiB on its disk
     * @return true when every byte is covered
     */
    public boolean covers(int length) {
        int at = 0;
        for (int index = 0; index < count; index++) {
            if (starts[index] != at) {
                return false;
            }
            at = ends[index];
        }
        return at >= length;
    }

    public int count() {
        return count;
    }

    public int start(int index) {
        return starts[index];
    }

    public int end(int index) {
        return ends[index];
    }

    public int kind(int index) {
        return kinds[index];
    }

    public int source(int index) {
        return sources[index];
    }

    public int block(int index) {
        return blocks[index];
    }

    public int plaintextOffset(int index) {
        return plaintext[index];
    }

    /**
     * Tells whether a piece goes on where the one before it ends, with the same content.
     *
     * @param index the later piece, at least 1
     * @return true when both are one range of one block
     */
    boolean continuesBefore(int index) {
        int before = index - 1;
        return ends[before] == starts[index]
                && kinds[before] == kinds[index]
                && sources[before] == sources[index]
                && (kinds[index] != 0
                        || blocks[before] == blocks[index]
                                && plaintext[before] + ends[before] - starts[before] == plaintext[index]);
    }

    /**
     * Tells about how much memory this takes.
     *
     * @return bytes
     */
    public long memoryBytes() {
        return 128 + (long) starts.length * ARRAYS * Integer.BYTES;
    }
}
