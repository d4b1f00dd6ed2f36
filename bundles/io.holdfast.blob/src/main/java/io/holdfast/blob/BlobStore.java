package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * Objects that are written once. Thread-safe; several processes may use one store at a time. Any operation throws
 * {@link HoldfastException} with {@link ErrorCode#DISK_ERROR}, {@link ErrorCode#DISK_FULL} or {@link ErrorCode#NETWORK} when the medium fails; what
 * state that leaves is said at each.
 *
 * @since 1.0
 */
public interface BlobStore extends AutoCloseable {

    /** The most bytes of an object. */
    long OBJECT_BYTES_MAX = 1L << 30;

    /** The most names that one call lists. */
    int LIST_MAX = 1_000;

    /**
     * Creates an object, if there is none of that name. Of any number of callers exactly one wins. Durable on return; nobody ever sees a part of
     * it. When it fails, the object is there whole or not at all, and the caller has to look.
     *
     * @param name its name
     * @param content its bytes; not read when an object of that name is there already
     * @return true when this call created it, false when it was there
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is larger than {@link #OBJECT_BYTES_MAX},
     *     {@link ErrorCode#DISK_ERROR} when the content cannot be read
     */
    boolean createIfAbsent(BlobName name, BlobContent content);

    /**
     * Tells how large an object is.
     *
     * @param name its name
     * @return bytes, or nothing when it is not there
     */
    OptionalLong size(BlobName name);

    /**
     * Reads a range.
     *
     * @param name which object
     * @param offset first byte, at least 0
     * @param target filled from its position to its limit; the range must lie within the object
     * @throws HoldfastException with {@link ErrorCode#NOT_FOUND} when the object is not there, {@link ErrorCode#INVALID_ARGUMENT} when the range
     *     is not; the target's content is then undefined
     */
    void read(BlobName name, long offset, ByteBuffer target);

    /**
     * Lists a machine's objects. One that was created or deleted while this runs may be listed or not; all others are listed right.
     *
     * @param machine whose
     * @param from the lowest number to list
     * @param countMax the most to list, 1 to {@link #LIST_MAX}
     * @return ascending; fewer than asked for only when there are no more
     */
    List<BlobName> list(MachineId machine, long from, int countMax);

    /**
     * Lists the machines that have objects.
     *
     * @return sorted
     */
    List<MachineId> machines();

    /**
     * Deletes an object. Durable on return. Nothing happens when it is not there; its number may be created again afterwards, so the caller sees to it
     * that no writer can want it.
     *
     * @param name which
     */
    void delete(BlobName name);

    /** Lets go of what is held; objects stay. A second call does nothing. */
    @Override
    void close();
}
