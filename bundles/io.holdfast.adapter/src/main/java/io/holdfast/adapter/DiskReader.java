package io.holdfast.adapter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads one disk of a running machine. Reads may be made by several threads at once.
 *
 * @since 1.0
 */
public interface DiskReader extends AutoCloseable {

    /**
     * A range of bytes.
     *
     * @param offset first byte
     * @param length at least 1
     * @param zero known to read as zeroes without reading it
     */
    record Range(long offset, long length, boolean zero) {}

    /**
     * The size when opened.
     *
     * @return bytes
     */
    long sizeBytes();

    /**
     * Lists what has to be read: the union of the bitmaps the reader was opened with, or everything when there were none.
     *
     * @param offset where to begin
     * @param length how far to look
     * @return ranges in ascending order, not overlapping, clipped to what was asked
     * @throws IOException when the hypervisor fails to answer
     */
    List<Range> dirty(long offset, long length) throws IOException;

    /**
     * Fills a buffer.
     *
     * @param offset first byte
     * @param target receives exactly its remaining bytes
     * @throws IOException when the hypervisor fails to answer
     */
    void read(long offset, ByteBuffer target) throws IOException;

    @Override
    void close();
}
