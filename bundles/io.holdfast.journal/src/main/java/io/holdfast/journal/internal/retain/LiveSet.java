package io.holdfast.journal.internal.retain;

import io.holdfast.journal.internal.format.BlockLayout;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which frames of a segment's blocks are needed. Memory: 8 bytes a block; more for blocks of more than 64 frames. Not thread-safe. */
public final class LiveSet {

    private final long[] firstFrames;
    private final Map<Integer, BitSet> laterFrames = new HashMap<>();

    /**
     * Starts with nothing that is needed.
     *
     * @param blocks of the segment
     */
    public LiveSet(int blocks) {
        firstFrames = new long[blocks];
    }

    /**
     * Notes that a stretch of a block's plaintext is needed.
     *
     * @param place of the block
     * @param offset in its plaintext
     * @param length at least 1
     */
    public void keep(int place, int offset, int length) {
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
     * Tells whether any frame of a block is needed.
     *
     * @param place of the block
     * @return true when one is
     */
    public boolean hasAny(int place) {
        return firstFrames[place] != 0 || laterFrames.containsKey(place);
    }
}
