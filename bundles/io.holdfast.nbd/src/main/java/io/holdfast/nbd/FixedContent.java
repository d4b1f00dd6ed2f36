package io.holdfast.nbd;

import io.holdfast.base.stream.ExtentKind;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a block device holds that never changes, for {@link FixedExport}. Errors are those of {@link NbdExport}. Thread-safe: reads run side by side.
 *
 * @since 1.0
 */
public interface FixedContent {

    /** Takes what a range holds, piece by piece. */
    @FunctionalInterface
    interface Sink {

        /**
         * Takes one piece.
         *
         * @param offset its first byte
         * @param length bytes, at least 1
         * @param kind what it holds
         * @return true to get the next piece, false to end here
         */
        boolean accept(long offset, long length, ExtentKind kind);
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
     * Tells what a range holds, fast enough to be asked before every read.
     *
     * @param offset first byte
     * @param length bytes
     * @param sink takes the pieces in ascending order
     * @throws IOException answered as an error
     */
    void extents(long offset, long length, Sink sink) throws IOException;
}
