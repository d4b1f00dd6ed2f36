package io.holdfast.journal.internal.retain;

import io.holdfast.journal.BlockHash;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.PlainPieces;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Which bytes of the plaintext of a segment's blocks are needed. Memory: 16 bytes for each stretch that was kept. Not thread-safe. */
final class LivePieces {

    private final Map<Integer, Stretches> blocks = new HashMap<>();

    /** In any order, and overlapping. */
    private static final class Stretches {

        private long[] words = new long[4];
        private int count;

        /** Start in the upper half, so that they sort by it; end in the lower. */
        void add(int start, int end) {
            if (count == words.length) {
                words = Arrays.copyOf(words, 2 * count);
            }
            words[count] = (long) start << Integer.SIZE | end;
            count++;
        }

        PlainPieces joined() {
            Arrays.sort(words, 0, count);
            PlainPieces.Builder joined = new PlainPieces.Builder();
            for (int index = 0; index < count; index++) {
                joined.add((int) (words[index] >>> Integer.SIZE), (int) words[index]);
            }
            return joined.build();
        }
    }

    void keep(int place, int offset, int length) {
        blocks.computeIfAbsent(place, _ -> new Stretches()).add(offset, offset + length);
    }

    /** What is needed of a block, and with each byte all that one hash covers: so what is left can be checked whole. */
    PlainPieces of(int place, BlockHeader header) {
        Stretches kept = blocks.get(place);
        PlainPieces.Builder whole = new PlainPieces.Builder();
        if (kept == null) {
            return whole.build();
        }
        PlainPieces needed = kept.joined();
        for (int extent = 0; extent < header.extentCount(); extent++) {
            long at = header.extentPlace(extent);
            if (Extent.isData(at)) {
                addParts(needed, header.plaintextStart(extent), at, header.extentSpan(extent), whole);
            }
        }
        return whole.build();
    }

    private static void addParts(
            PlainPieces needed, int plaintextStart, long place, long span, PlainPieces.Builder to) {
        long from = Extent.offset(place);
        long end = from + Extent.bytes(place, span);
        for (long offset = from; offset < end; ) {
            int length = (int) Math.min(BlockHash.BLOCK_BYTES - offset % BlockHash.BLOCK_BYTES, end - offset);
            int start = plaintextStart + (int) (offset - from);
            if (needed.touches(start, length)) {
                to.add(start, start + length);
            }
            offset += length;
        }
    }
}
