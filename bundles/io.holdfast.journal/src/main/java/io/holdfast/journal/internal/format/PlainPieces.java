package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Pieces of a block's plaintext, ascending, that neither touch nor overlap. Immutable. */
public final class PlainPieces {

    /** Bytes of a piece in a {@link ColdTable}. */
    static final int ENCODED_BYTES = 8;

    private final int[] starts;
    private final int[] ends;

    private PlainPieces(int[] starts, int[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    /** Collects pieces in ascending order. Not thread-safe. */
    public static final class Builder {

        private int[] starts = new int[16];
        private int[] ends = new int[16];
        private int count;

        /**
         * Adds a stretch; one that touches or overlaps the one before becomes one with it.
         *
         * @param start its first byte, not before the last one that was added
         * @param end behind its last byte
         * @return this
         */
        public Builder add(int start, int end) {
            if (count > 0 && start <= ends[count - 1]) {
                ends[count - 1] = Math.max(ends[count - 1], end);
                return this;
            }
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
            }
            starts[count] = start;
            ends[count] = end;
            count++;
            return this;
        }

        /**
         * Makes the pieces.
         *
         * @return what was added
         */
        public PlainPieces build() {
            return new PlainPieces(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
        }
    }

    public int count() {
        return starts.length;
    }

    /**
     * Tells where a piece begins.
     *
     * @param index of the piece
     * @return offset in the plaintext
     */
    public int start(int index) {
        return starts[index];
    }

    /**
     * Tells how long a piece is.
     *
     * @param index of the piece
     * @return bytes
     */
    public int length(int index) {
        return ends[index] - starts[index];
    }

    /**
     * Tells how long the pieces are together.
     *
     * @return bytes
     */
    public int bytes() {
        int bytes = 0;
        for (int index = 0; index < starts.length; index++) {
            bytes += length(index);
        }
        return bytes;
    }

    /**
     * Tells whether a stretch lies in one piece.
     *
     * @param start its first byte
     * @param length at least 1
     * @return true when all of it is there
     */
    public boolean covers(int start, int length) {
        int index = lastStartingAtOrBefore(start);
        return index >= 0 && start + length <= ends[index];
    }

    /**
     * Tells whether any byte of a stretch lies in a piece.
     *
     * @param start its first byte
     * @param length at least 1
     * @return true when one does
     */
    public boolean touches(int start, int length) {
        int index = lastStartingAtOrBefore(start + length - 1);
        return index >= 0 && ends[index] > start;
    }

    private int lastStartingAtOrBefore(int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    void put(ByteBuffer target) {
        for (int index = 0; index < starts.length; index++) {
            target.putInt(starts[index]).putInt(length(index));
        }
    }

    static PlainPieces get(ByteBuffer source, int count, int plaintextLength) throws DamagedException {
        int[] starts = new int[count];
        int[] ends = new int[count];
        long before = -1;
        for (int index = 0; index < count; index++) {
            starts[index] = source.getInt();
            long end = (long) starts[index] + source.getInt();
            if (starts[index] <= before || end <= starts[index] || end > plaintextLength) {
                throw DamagedException.damaged("a piece of plaintext from " + starts[index] + " to " + end
                        + " behind one that ends at " + before);
            }
            ends[index] = (int) end;
            before = end;
        }
        return new PlainPieces(starts, ends);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof PlainPieces pieces
                && Arrays.equals(starts, pieces.starts)
                && Arrays.equals(ends, pieces.ends);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(starts) + Arrays.hashCode(ends);
    }
}
