package io.holdfast.journal.internal.format;

import io.holdfast.base.stream.ExtentKind;

/**
 * The two words of an entry of an index run: a range within one MiB of a disk and where its bytes lie in the segment. Sorted by the first word,
 * unsigned; ranges of one run do not overlap.
 *
 * <pre>
 * key       bits  0..7   kind: 0 data, 1 zero, 2 discard
 *           bits  8..55  offset on the disk
 *           bits 56..63  disk number
 * location  bits  0..19  length, less 1
 *           bits 20..45  offset within the batch's plaintext; 0 without data
 *           bits 46..63  the batch's place among the segment's blocks, from 0
 * </pre>
 */
public final class RunEntry {

    /** Bytes of an entry. */
    public static final int BYTES = 16;

    /** The most blocks of a segment that an entry can tell apart. */
    public static final int BLOCKS_MAX = 1 << 18;

    private static final ExtentKind[] KINDS = ExtentKind.values();

    private RunEntry() {}

    public static long key(int disk, long offset, int kind) {
        return (long) disk << 56 | offset << 8 | kind;
    }

    public static long location(int length, int plaintextOffset, int block) {
        return length - 1 | (long) plaintextOffset << 20 | (long) block << 46;
    }

    public static int disk(long key) {
        return (int) (key >>> 56);
    }

    public static long offset(long key) {
        return key >>> 8 & (1L << 48) - 1;
    }

    public static int kind(long key) {
        return (int) key & 0xFF;
    }

    public static int length(long location) {
        return (int) (location & 0xFFFFF) + 1;
    }

    public static int plaintextOffset(long location) {
        return (int) (location >>> 20) & (1 << 26) - 1;
    }

    public static int block(long location) {
        return (int) (location >>> 46);
    }

    /**
     * Turns a kind's number into the kind.
     *
     * @param number as in a key
     * @return the kind
     */
    public static ExtentKind kindOf(int number) {
        return KINDS[number];
    }
}
