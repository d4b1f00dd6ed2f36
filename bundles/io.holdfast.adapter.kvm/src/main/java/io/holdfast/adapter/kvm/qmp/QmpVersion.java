package io.holdfast.adapter.kvm.qmp;

import java.util.Comparator;

/**
 * QEMU's version.
 *
 * @param major first number
 * @param minor second number
 * @param micro third number
 * @since 1.0
 */
public record QmpVersion(int major, int minor, int micro) implements Comparable<QmpVersion> {

    /** The first with {@code yank} and {@code block-export-add} as we use them. */
    public static final QmpVersion OLDEST_SUPPORTED = new QmpVersion(6, 0, 0);

    private static final Comparator<QmpVersion> ORDER = Comparator.comparingInt(QmpVersion::major)
            .thenComparingInt(QmpVersion::minor)
            .thenComparingInt(QmpVersion::micro);

    @Override
    @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
    public int compareTo(QmpVersion other) {
        return ORDER.compare(this, other);
    }

    /**
     * Compares.
     *
     * @param wantedMajor first number
     * @param wantedMinor second number
     * @return whether this is at least that version
     */
    public boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return compareTo(new QmpVersion(wantedMajor, wantedMinor, 0)) >= 0;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
