package io.holdfast.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * What the server calls to serve one block device.
 *
 * <p><b>Order.</b> The requests of one connection are passed on strictly in the order of their arrival, by one thread, and each is answered
 * after the call returned and before the next begins; only {@link #parallelReads()} loosens this. Requests of different connections come at
 * the same time.
 *
 * <p><b>Ranges.</b> Every range lies within the size, has at least one byte and keeps to the block sizes; the server has checked it.
 *
 * <p><b>Errors.</b> {@link NbdException} chooses the error the client sees. A {@code HoldfastException} is mapped by its code
 * ({@code DISK_FULL} to ENOSPC, {@code NOT_AUTHORISED} to EPERM, {@code INVALID_ARGUMENT} to EINVAL, {@code OUT_OF_MEMORY} to ENOMEM), any
 * other {@code IOException} or {@code HoldfastException} is EIO. The connection goes on. Any other exception closes the connection.
 *
 * @since 1.0
 */
public interface NbdExport {

    /**
     * The size for the connections that begin now.
     *
     * @return bytes, at least 0
     */
    long sizeBytes();

    /**
     * Tells whether every change is refused.
     *
     * @return true by default; then only {@link #read} has to be written
     */
    default boolean readOnly() {
        return true;
    }

    /**
     * What is offered beyond reading. Features that change content are not announced while {@link #readOnly()}.
     *
     * @return by default that several connections may be used
     */
    default Set<NbdFeature> features() {
        return Set.of(NbdFeature.MULTI_CONN);
    }

    /**
     * The size constraints.
     *
     * @return the specification's defaults unless overridden
     */
    default NbdBlockSizes blockSizes() {
        return NbdBlockSizes.DEFAULT;
    }

    /**
     * A line for people.
     *
     * @return at most 4,096 bytes of UTF-8, possibly empty
     */
    default String description() {
        return "";
    }

    /**
     * How many reads of one connection may be inside {@link #read} at the same time. With more than one, reads are answered in any order and
     * pass other requests of the connection. Only honoured for a read-only export, whose content does not change;
     * with {@link #sparseReads()} {@link #blockStatus} is then called side by side as well.
     *
     * @return 1 to 16; 1 by default
     */
    default int parallelReads() {
        return 1;
    }

    /**
     * Tells whether {@link #blockStatus} answers fast enough to be asked before every read, so that zeroes travel as holes.
     *
     * @return false by default
     */
    default boolean sparseReads() {
        return false;
    }

    /**
     * The metadata contexts a client may select.
     *
     * @return at most 32 names of the form {@code namespace:leaf}; by default {@link NbdContexts#ALLOCATION} alone
     */
    default List<String> metaContexts() {
        return List.of(NbdContexts.ALLOCATION);
    }

    /**
     * Fills a buffer.
     *
     * @param offset first byte
     * @param target to be filled to its limit; must not be kept
     * @throws IOException answered as an error
     */
    void read(long offset, ByteBuffer target) throws IOException;

    /**
     * Takes a write. The answer goes out when this returns.
     *
     * @param offset first byte
     * @param data a heap buffer of exactly the bytes written, made for this call: it belongs to the export, which may keep it
     * @param fua true when the data must be on stable storage on return
     * @throws IOException answered as an error; the content of the range is then unspecified
     */
    default void write(long offset, ByteBuffer data, boolean fua) throws IOException {
        throw new NbdException(NbdError.EPERM, "this export is read-only");
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param offset first byte
     * @param length bytes, up to 4 GiB
     * @param fua true when the change must be on stable storage on return
     * @param noHole true when the range must stay allocated
     * @throws IOException answered as an error; the content of the range is then unspecified
     */
    default void writeZeroes(long offset, long length, boolean fua, boolean noHole) throws IOException {
        throw new NbdException(NbdError.EPERM, "this export is read-only");
    }

    /**
     * Takes notice that the content of a range is not needed any more.
     *
     * @param offset first byte
     * @param length bytes, up to 4 GiB
     * @param fua true when the change, if any, must be on stable storage on return
     * @throws IOException answered as an error
     */
    default void trim(long offset, long length, boolean fua) throws IOException {
        throw new NbdException(NbdError.EPERM, "this export is read-only");
    }

    /**
     * Puts every write answered so far, on any connection, on stable storage.
     *
     * @throws IOException answered as an error
     */
    default void flush() throws IOException {
        // A read-only export holds nothing that could be lost.
    }

    /**
     * Takes notice that a range is about to be read.
     *
     * @param offset first byte
     * @param length bytes, up to 4 GiB
     * @throws IOException answered as an error
     */
    default void cache(long offset, long length) throws IOException {
        // Advice; ignoring it is right.
    }

    /**
     * Tells the status of a range. At least one extent must be given; it is enough to cover a first part of the range, and what reaches
     * beyond is cut off.
     *
     * @param context one of {@link #metaContexts()}
     * @param offset first byte
     * @param length bytes, up to 4 GiB
     * @param sink receives the extents from {@code offset} on until it returns false
     * @throws IOException answered as an error
     */
    default void blockStatus(String context, long offset, long length, NbdExtentSink sink) throws IOException {
        sink.extent(offset, length, 0);
    }
}
