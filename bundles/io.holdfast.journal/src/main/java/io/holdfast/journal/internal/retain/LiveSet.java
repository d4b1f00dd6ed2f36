package io.holdfast.journal.internal.retain;

import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.PlainPieces;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which frames of a segment's blocks are needed, and which bytes of them when that is asked for. Memory: 8 bytes a block, more for blocks of more than
 * 64 frames; 16 bytes for each stretch that is needed when bytes are asked for. Not thread-safe.
 */
public final class LiveSet {

    private final long[] firstFrames;
    private final Map<Integer, BitSet> laterFrames = new HashMap<>();
    private final @Nullable LivePieces pieces;

    /**
     * Starts with nothing that is needed.
     *
     * @param blocks of the segment
     * @param bytes whether {@link #pieces} will be asked
     */
    public LiveSet(int blocks, boolean bytes) {
        firstFrames = new long[blocks];
        pieces = bytes ? new LivePieces() : null;
    }

    /**
     * Notes that a stretch of a block's plaintext is needed.
     *
     * @param place of the block
     * @param offset in its plaintext
     * @param length at least 1
     */
    public void keep(int place, int offset, int length) {
        if (pieces != null) {
            pieces.keep(place, offset, length);
        }
        int last = (offset + length - 1) / BlockLayout.FRAME_BYTES;
        for (int frame = offset / BlockLayout.FRAME_BYTES; frame <= last; frame++) {
            if (frame < Long.SIZE) {
                firstFrames[place] |= 1L << frame;
            } else {
                laterFrames.computeIfAbsent(place, _ -> new BitSet()).set(frame);
            }
        }
    }

    /**
     * Tells whether a frame is needed.
     *
     * @param place of the block
     * @param frame which
     * @return true when any byte of it is
     */
    public boolean has(int place, int frame) {
        if (frame < Long.SIZE) {
            return (firstFrames[place] & 1L << frame) != 0;
        }
        BitSet later = laterFrames.get(place);
        return later != null && later.get(frame);
    }

    /**
     * Tells whether bytes can be asked for.
     *
     * @return as it was made
     */
    public boolean knowsBytes() {
        return pieces != null;
    }

    /**
     * Tells which bytes of a block are needed.
     *
     * @param place of the block
     * @param header of the block
     * @return stretches of its plaintext, each of them all that some block hashes cover
     */
    public PlainPieces pieces(int place, BlockHeader header) {
        LivePieces known = pieces;
        if (known == null) {
            throw new IllegalStateException("bytes were not to be asked for");
        }
        return known.of(place, header);
    }

    /**
     * Tells whether any frame of a block is needed.
     *
     * @param place of the block
     * @return true when one is
     */
    public boolean hasAny(int place) {
        return firstFrames[place] != 0 || laterFrames.containsKey(place);
    }
}
