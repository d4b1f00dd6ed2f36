package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import java.io.IOException;
import java.util.Arrays;

/**
 * What one MiB of a disk holds: disjoint pieces, sorted by their start. It is painted from the newest to the oldest: what comes later shows only
 * where nothing lies yet.
 */
public final class Pieces {

    private static final int AT_FIRST = 4;
    private static final int ARRAYS = 6;

    private int count;
    private int covered;
    private int[] starts = new int[AT_FIRST];
    private int[] ends = new int[AT_FIRST];
    private int[] kinds = new int[AT_FIRST];
    private int[] segments = new int[AT_FIRST];
    private int[] blocks = new int[AT_FIRST];
    private int[] plaintext = new int[AT_FIRST];

    /** Takes ranges that neighbouring pieces were joined to. */
    public interface Sink {

        /**
         * Takes a range.
         *
         * @param key first word of its entry in a run
         * @param location second word
         * @param segment number of the segment that has its bytes; of no meaning without data
         * @throws IOException when it cannot be written
         */
        void accept(long key, long location, int segment) throws IOException;
    }

    /**
     * Gives the pieces as entries of a run, neighbours that are one range of one block as one.
     *
     * @param disk which disk
     * @param mebibyte which MiB of it
     * @param sink takes them in their order
     * @throws IOException when the sink cannot take one
     */
    public void join(int disk, long mebibyte, Sink sink) throws IOException {
        int index = 0;
        while (index < count) {
            int last = index;
            while (last + 1 < count && continuesBefore(last + 1)) {
                last++;
            }
            sink.accept(
                    RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES + starts[index], kinds[index]),
                    RunEntry.location(ends[last] - starts[index], plaintext[index], blocks[index]),
                    segments[index]);
            index = last + 1;
        }
    }

    /** Takes all pieces away; the memory stays. */
    public void clear() {
        count = 0;
        covered = 0;
    }

    /**
     * Adds a range beneath what is there.
     *
     * @param start first byte within the MiB
     * @param end end within the MiB, exclusive
     * @param kind number of the kind, 0 for data
     * @param segment number of the segment that has its bytes; 0 without data
     * @param block its block's place in the segment
     * @param plaintextOffset where the bytes of {@code start} lie in the block's plaintext; 0 without data
     */
    public void addBeneath(int start, int end, int kind, int segment, int block, int plaintextOffset) {
        int index = firstEndingAfter(start);
        int at = start;
        while (at < end) {
            if (index < count && starts[index] <= at) {
                at = Math.max(at, ends[index]);
            } else {
                int until = index < count ? Math.min(end, starts[index]) : end;
                insert(index, at, until);
                kinds[index] = kind;
                segments[index] = segment;
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
            segments = Arrays.copyOf(segments, larger);
            blocks = Arrays.copyOf(blocks, larger);
            plaintext = Arrays.copyOf(plaintext, larger);
        }
        int moved = count - index;
        System.arraycopy(starts, index, starts, index + 1, moved);
        System.arraycopy(ends, index, ends, index + 1, moved);
        System.arraycopy(kinds, index, kinds, index + 1, moved);
        System.arraycopy(segments, index, segments, index + 1, moved);
        System.arraycopy(blocks, index, blocks, index + 1, moved);
        System.arraycopy(plaintext, index, plaintext, index + 1, moved);
        starts[index] = start;
        ends[index] = end;
        count++;
        covered += end - start;
    }

    /**
     * Tells whether nothing can be added any more.
     *
     * @param length of the MiB on its disk
     * @return true when every byte is covered
     */
    public boolean covers(int length) {
        return covered >= length;
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

    public int segment(int index) {
        return segments[index];
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
    private boolean continuesBefore(int index) {
        int before = index - 1;
        return ends[before] == starts[index]
                && kinds[before] == kinds[index]
                && (kinds[index] != 0
                        || segments[before] == segments[index]
                                && blocks[before] == blocks[index]
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
