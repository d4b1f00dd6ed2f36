package io.holdfast.base.stream;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * One disk of a protected machine, as the stream names it.
 *
 * @param number 0 to 255, given once within a machine and never to another disk
 * @param identity what makes the disk this disk at its source: serial, node name or path, with the disk's slot; unique within a machine
 * @param sizeBytes at least 1; any size, also one that is no multiple of a sector or of 4 KiB
 * @param logicalSectorBytes 512 or 4096
 * @param physicalSectorBytes 512 or 4096
 * @since 1.0
 */
public record DiskDescription(
        int number, String identity, long sizeBytes, int logicalSectorBytes, int physicalSectorBytes) {

    /** The largest disk: 64 TiB. */
    public static final long SIZE_BYTES_MAX = 64L << 40;

    /** The most disks of one machine. */
    public static final int DISKS_MAX = 256;

    public DiskDescription {
        if (number < 0 || number >= DISKS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "disk number", number + " given; expected 0 to " + (DISKS_MAX - 1));
        }
        if (sizeBytes < 1 || sizeBytes > SIZE_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "disk " + identity,
                    sizeBytes + " bytes; expected 1 to " + SIZE_BYTES_MAX);
        }
    }
}
