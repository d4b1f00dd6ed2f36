package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;

/**
 * The keyed hashes of every 4 KiB block of a machine's newest durable state, for scan and compare; opened without keys. It does not change
 * while it is open. Thread-safe.
 *
 * <p>An entry is {@link BlockHash#BYTES} bytes, one of the forms that {@link BlockHash} describes.
 *
 * @since 1.0
 */
public interface BlockHashes extends AutoCloseable {

    /**
     * Tells which state the hashes belong to.
     *
     * @return epoch and sequence
     */
    Position position();

    /**
     * Tells the disks of that state.
     *
     * @return the table
     */
    DiskTable disks();

    /**
     * Gives the entries of a range of blocks.
     *
     * @param disk number of a disk in {@link #disks()}
     * @param firstBlock number of the first block of 4 KiB, at least 0
     * @param count blocks, 1 to 65,536; the range must lie within the disk, whose last block may be short
     * @return {@code count} entries, one behind the other
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the disk or range is not there, {@link ErrorCode#STORE_DAMAGED}
     *     or {@link ErrorCode#DISK_ERROR} when they cannot be read
     */
    byte[] blocks(int disk, long firstBlock, int count);

    /**
     * Gives one entry for each MiB: {@link BlockHash#summarise} of its block entries. Equal entries mean equal content; an entry is
     * {@link BlockHash#UNKNOWN} when one of its blocks is.
     *
     * @param disk number of a disk in {@link #disks()}
     * @param firstMebibyte number of the first MiB, at least 0
     * @param count how many, 1 to 4,096; the range must lie within the disk, whose last MiB may be short
     * @return {@code count} entries, one behind the other
     * @throws HoldfastException as for {@link #blocks}
     */
    byte[] mebibytes(int disk, long firstMebibyte, int count);

    /** Lets go of the files. A second call does nothing. */
    @Override
    void close();
}
