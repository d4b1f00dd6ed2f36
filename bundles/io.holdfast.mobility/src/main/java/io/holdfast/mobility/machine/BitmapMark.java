package io.holdfast.mobility.machine;

/**
 * A bitmap of ours at the source.
 *
 * @param name its name
 * @param base every write that the bitmap does not show has a sequence of at most this, or lies in a copy up to it; -1 as long as that is not
 *     known
 */
public record BitmapMark(String name, long base) {

    /** No base is known. */
    public static final long UNKNOWN = -1;

    boolean isKnown() {
        return base != UNKNOWN;
    }

    BitmapMark withBase(long sequence) {
        return new BitmapMark(name, sequence);
    }
}
