package io.holdfast.changelog;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file of a {@link LogStorage}. Writing and reading may happen in two threads at once; everything else is the writer's.
 *
 * @since 1.0
 */
public interface LogFile extends AutoCloseable {

    /**
     * The length, with what is not durable yet.
     *
     * @return bytes
     * @throws IOException when the storage fails
     */
    long length() throws IOException;

    /**
     * Writes all remaining bytes. Not durable before {@link #force} has returned; after a crash any part of it may be there.
     *
     * @param position first byte in the file
     * @param source its remaining bytes are consumed
     * @throws IOException when the storage is full or fails; the file is in an unknown state beyond what was forced
     */
    void write(long position, ByteBuffer source) throws IOException;

    /**
     * Fills the buffer as far as the file reaches.
     *
     * @param position first byte in the file
     * @param target receives up to its remaining bytes; fewer only at the end of the file
     * @throws IOException when the storage fails
     */
    void read(long position, ByteBuffer target) throws IOException;

    /**
     * Makes everything written so far durable.
     *
     * @throws IOException when the storage fails; the file must not be forced again
     */
    void force() throws IOException;

    @Override
    void close();
}
