package io.holdfast.base.stream;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * Bytes of a disk.
 *
 * @param disk number of the disk
 * @param offset first byte
 * @param length at least 1; the range ends within the largest disk there can be
 * @since 1.0
 */
public record DiskRange(int disk, long offset, long length) {

    public DiskRange {
        boolean fits = offset >= 0 && length >= 1 && offset <= DiskDescription.SIZE_BYTES_MAX - length;
        if (disk < 0 || disk >= DiskDescription.DISKS_MAX || !fits) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "range of disk " + disk,
                    offset + "+" + length + " given; expected one within a disk of at most "
                            + DiskDescription.SIZE_BYTES_MAX + " bytes");
        }
    }

    /**
     * Tells where it ends.
     *
     * @return the byte behind the last one
     */
    public long end() {
        return offset + length;
    }
}
