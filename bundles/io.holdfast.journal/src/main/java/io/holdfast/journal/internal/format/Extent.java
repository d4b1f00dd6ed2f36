package io.holdfast.journal.internal.format;

import io.holdfast.base.stream.ExtentKind;

/**
 * The two words of an extent in a batch header, 16 bytes little-endian.
 *
 * <pre>
 * word 0   bits  0..47  offset on the disk, bytes
 *          bits 48..55  disk number
 *          bits 56..57  kind: 0 data, 1 zero, 2 discard
 *          bit  58      1 when it comes from a copy, 0 when from the guest
 *          bit  59      wide: offset and length are whole MiB, length counts MiB
 *          bits 60..63  zero
 * word 1   bits  0..31  length: 1 to 1,048,576 bytes within one MiB of the disk; when wide, MiB, 1 to 67,108,864
 *          bits 32..47  sequence, less the batch's first
 *          bits 48..63  source's clock, milliseconds after the batch's first
 * </pre>
 */
public final class Extent {

    /** Bytes of an extent. */
    public static final int BYTES = 16;

    /** No extent crosses a multiple of this, unless it is wide. */
    public static final int BORDER_BYTES = 1 << 20;

    private static final int BORDER_SHIFT = 20;
    private static final long OFFSET_MASK = (1L << 48) - 1;
    private static final int DISK_SHIFT = 48;
    private static final int KIND_SHIFT = 56;
    private static final long COPY_BIT = 1L << 58;
    private static final long WIDE_BIT = 1L << 59;
    private static final int RESERVED_SHIFT = 60;
    private static final ExtentKind[] KINDS = ExtentKind.values();

    private Extent() {}

    /**
     * Makes the first word.
     *
     * @param disk number of the disk
     * @param offset first byte
     * @param kind what it holds
     * @param copy whether it comes from a copy
     * @param wide whether its length counts MiB
     * @return the word
     */
    public static long place(int disk, long offset, ExtentKind kind, boolean copy, boolean wide) {
        return offset
                | (long) disk << DISK_SHIFT
                | (long) kind.ordinal() << KIND_SHIFT
                | (copy ? COPY_BIT : 0)
                | (wide ? WIDE_BIT : 0);
    }

    /**
     * Makes the second word.
     *
     * @param length bytes, or MiB when wide
     * @param sequenceDelta sequence less the batch's first, 0 to 65,535
     * @param timeDelta milliseconds after the batch's first, 0 to 65,535
     * @return the word
     */
    public static long span(int length, int sequenceDelta, int timeDelta) {
        return (length & 0xFFFF_FFFFL) | (long) sequenceDelta << 32 | (long) timeDelta << 48;
    }

    /**
     * Reads the disk number.
     *
     * @param place the first word
     * @return 0 to 255
     */
    public static int disk(long place) {
        return (int) (place >>> DISK_SHIFT) & 0xFF;
    }

    /**
     * Reads the offset.
     *
     * @param place the first word
     * @return bytes
     */
    public static long offset(long place) {
        return place & OFFSET_MASK;
    }

    /**
     * Reads the kind; the words must have passed {@link #check}.
     *
     * @param place the first word
     * @return the kind
     */
    public static ExtentKind kind(long place) {
        return KINDS[(int) (place >>> KIND_SHIFT) & 3];
    }

    /**
     * Tells whether the extent carries bytes.
     *
     * @param place the first word
     * @return true for {@link ExtentKind#DATA}
     */
    public static boolean isData(long place) {
        return (place >>> KIND_SHIFT & 3) == 0;
    }

    /**
     * Tells whether the length counts MiB.
     *
     * @param place the first word
     * @return true when wide
     */
    public static boolean isWide(long place) {
        return (place & WIDE_BIT) != 0;
    }

    /**
     * Reads the length.
     *
     * @param place the first word
     * @param span the second word
     * @return bytes
     */
    public static long bytes(long place, long span) {
        long length = span & 0xFFFF_FFFFL;
        return isWide(place) ? length << BORDER_SHIFT : length;
    }

    /**
     * Reads the sequence delta.
     *
     * @param span the second word
     * @return 0 to 65,535
     */
    public static int sequenceDelta(long span) {
        return (int) (span >>> 32) & 0xFFFF;
    }

    /**
     * Reads the time delta.
     *
     * @param span the second word
     * @return milliseconds, 0 to 65,535
     */
    public static int timeDelta(long span) {
        return (int) (span >>> 48);
    }

    /**
     * Counts the 4 KiB blocks that an extent touches; each has one hash when the extent carries data.
     *
     * @param place the first word
     * @param span the second word
     * @return blocks
     */
    public static int blocks(long place, long span) {
        long offset = offset(place);
        return (int) ((offset + bytes(place, span) - 1 >>> 12) - (offset >>> 12)) + 1;
    }

    /**
     * Checks the words for themselves.
     *
     * @param place the first word
     * @param span the second word
     * @throws DamagedException when a builder never makes such words
     */
    public static void check(long place, long span) throws DamagedException {
        long length = span & 0xFFFF_FFFFL;
        long offset = offset(place);
        boolean known = place >>> RESERVED_SHIFT == 0 && (place >>> KIND_SHIFT & 3) < KINDS.length && length > 0;
        boolean fits = isWide(place)
                ? !isData(place) && offset % BORDER_BYTES == 0 && length <= 1L << 26
                : offset % BORDER_BYTES + length <= BORDER_BYTES;
        if (!known || !fits) {
            throw DamagedException.damaged("extent words " + Long.toHexString(place) + ' ' + Long.toHexString(span)
                    + " describe no range within 1 MiB, nor a run of whole MiB");
        }
    }
}
