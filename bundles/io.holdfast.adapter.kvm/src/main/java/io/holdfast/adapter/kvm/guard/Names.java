package io.holdfast.adapter.kvm.guard;

/**
 * What we call our things inside QEMU, so that we find them again and nobody else's.
 *
 * @since 1.0
 */
public final class Names {

    /** Everything of ours begins so; QEMU allows letters, digits, hyphen, dot and underscore. */
    public static final String PREFIX = "holdfast-";

    /** Nodes of the capture server's exports. */
    public static final String CAPTURE_NODE = PREFIX + "capture-";

    /** Mirror jobs. */
    public static final String CAPTURE_JOB = PREFIX + "mirror-";

    /** Bitmaps that note changed blocks. */
    public static final String BITMAP = PREFIX + "changed-";

    /** Disabled copies of bitmaps, made for one reader. */
    public static final String READER_BITMAP = PREFIX + "reader-";

    /** Exports of disks for our readers. */
    public static final String EXPORT = PREFIX + "export-";

    private Names() {}
}
