package io.holdfast.nbd;

import io.holdfast.base.stream.ExtentKind;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A read-only block device whose content never changes: read by several at a time, and sparse where it has no data.
 *
 * @since 1.0
 */
public final class FixedExport implements NbdExport {

    private static final int PARALLEL_READS = 4;
    private static final int HOLE_AND_ZERO = NbdContexts.HOLE | NbdContexts.ZERO;

    private final long sizeBytes;
    private final String description;
    private final FixedContent content;

    /**
     * Offers content.
     *
     * @param sizeBytes its size, at least 0
     * @param description a line for people, at most 4,096 bytes of UTF-8
     * @param content outlives this
     */
    public FixedExport(long sizeBytes, String description, FixedContent content) {
        this.sizeBytes = sizeBytes;
        this.description = description;
        this.content = content;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int parallelReads() {
        return PARALLEL_READS;
    }

    @Override
    public boolean sparseReads() {
        return true;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        content.read(offset, target);
    }

    @Override
    public void blockStatus(String context, long offset, long length, NbdExtentSink sink) throws IOException {
        if (context.equals(NbdContexts.ALLOCATION)) {
            content.extents(
                    offset,
                    length,
                    (from, bytes, kind) -> sink.extent(from, bytes, kind == ExtentKind.DATA ? 0 : HOLE_AND_ZERO));
        }
    }
}
