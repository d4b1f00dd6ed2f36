package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskTable;
import java.nio.ByteBuffer;

/**
 * The disks of a machine as they were at one point; read-only. The image does not change while it is open, whatever is appended.
 * Thread-safe; reads run in parallel.
 *
 * @since 1.0
 */
public interface PointImage extends AutoCloseable {

    /**
     * Tells which point this is.
     *
     * @return the point
     */
    RecoveryPoint point();

    /**
     * Tells the disks as they were.
     *
     * @return the table in force at the point
     */
    DiskTable disks();

    /**
     * Reads a range. What was never written, zeroed or discarded reads as zeroes. A long range, up to 32 MiB, is read in the order in which its bytes
     * lie in the store, which is faster than many short ones: each compressed frame is opened once.
     *
     * @param disk number of a disk in {@link #disks()}
     * @param offset first byte, at least 0; the range must lie within the disk
     * @param target filled from its position to its limit, which it reaches
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the disk or range is not there, with
     *     {@link ErrorCode#STORE_DAMAGED} when the bytes are damaged, {@link ErrorCode#DISK_ERROR} when the medium fails; the target's
     *     content is then undefined and other ranges stay readable
     */
    void read(int disk, long offset, ByteBuffer target);

    /**
     * Tells what a range holds, without reading its data.
     *
     * @param disk number of a disk in {@link #disks()}
     * @param offset first byte, at least 0; the range must lie within the disk
     * @param length bytes, at least 1
     * @param sink takes the pieces; neighbours of one kind are joined within 1 MiB
     * @throws HoldfastException as for {@link #read}
     */
    void blockStatus(int disk, long offset, long length, ExtentSink sink);

    /** Lets go of the files. A second call does nothing; reads after it are refused with {@link ErrorCode#ILLEGAL_STATE}. */
    @Override
    void close();
}
