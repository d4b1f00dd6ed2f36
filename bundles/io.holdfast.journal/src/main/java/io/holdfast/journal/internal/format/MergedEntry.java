package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;

/**
 * An entry of a merged run, 20 bytes little-endian: the two words of {@link RunEntry}, and u32 the segment whose block it names. A wide entry has 16
 * bytes: key as in {@link RunEntry}, u64 length in MiB.
 */
public final class MergedEntry {

    /** Bytes of an entry. */
    public static final int BYTES = 20;

    /** Bytes of a wide entry. */
    public static final int WIDE_BYTES = 16;

    private static final int LOCATION_AT = 8;
    private static final int SEGMENT_AT = 16;

    private MergedEntry() {}

    public static void put(ByteBuffer target, long key, long location, int segment) {
        target.putLong(key).putLong(location).putInt(segment);
    }

    public static long key(ByteBuffer entries, int at) {
        return entries.getLong(at);
    }

    public static long location(ByteBuffer entries, int at) {
        return entries.getLong(at + LOCATION_AT);
    }

    public static int segment(ByteBuffer entries, int at) {
        return entries.getInt(at + SEGMENT_AT);
    }
}
