package io.holdfast.nbd;

/**
 * Metadata contexts that we know by name, and the meaning of their bits.
 *
 * @since 1.0
 */
public final class NbdContexts {

    /** Which parts of an export are allocated and which read as zeroes. */
    public static final String ALLOCATION = "base:allocation";

    /** Bit of {@link #ALLOCATION}: not allocated. */
    public static final int HOLE = 1;

    /** Bit of {@link #ALLOCATION}: reads as zeroes. */
    public static final int ZERO = 2;

    /** Bit of a QEMU dirty bitmap: changed since the bitmap began. */
    public static final int DIRTY = 1;

    private static final String QEMU_DIRTY_BITMAP = "qemu:dirty-bitmap:";

    private NbdContexts() {}

    /**
     * The context in which QEMU exports a dirty bitmap.
     *
     * @param bitmap the bitmap's name
     * @return the context's name
     */
    public static String qemuDirtyBitmap(String bitmap) {
        return QEMU_DIRTY_BITMAP + bitmap;
    }
}
