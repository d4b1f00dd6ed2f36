package io.holdfast.journal.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file of a recovery store. Reads may run in parallel with each other and with a write elsewhere in the file; writes, {@link #force}
 * and {@link #truncate} come from one thread at a time.
 *
 * @since 1.0
 */
public interface StoreFile extends AutoCloseable {

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @param position first byte, at least 0
     * @param target filled from its position on, which moves
     * @return bytes read; fewer than asked for only at the end of the file
     * @throws UnreadableException when the medium does not give bytes back
     * @throws IOException when the medium fails as a whole, or cannot be reached now
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Writes the whole buffer. The bytes are durable only after {@link #force}.
     *
     * @param position first byte, at least 0; a hole is left when it lies behind the end
     * @param source written from its position to its limit; the position moves to the limit
     * @throws DiskFullException when there is no room; what was written of the buffer is not known
     * @throws IOException when the medium fails; what was written of the buffer is not known
     */
    void write(long position, ByteBuffer source) throws IOException;

    /**
     * Makes everything written so far durable.
     *
     * @throws IOException when it failed. The file is dead then: the unforced bytes may be lost even if a later call succeeds, so it is never
     *     called again on this file
     */
    void force() throws IOException;

    /**
     * Tells the length.
     *
     * @return bytes
     * @throws IOException when the medium fails
     */
    long size() throws IOException;

    /**
     * Cuts the file.
     *
     * @param size new length, at most the present one
     * @throws IOException when the medium fails
     */
    void truncate(long size) throws IOException;

    /**
     * Closes the file without making anything durable. A second call does nothing.
     *
     * @throws IOException when the medium fails
     */
    @Override
    void close() throws IOException;
}
