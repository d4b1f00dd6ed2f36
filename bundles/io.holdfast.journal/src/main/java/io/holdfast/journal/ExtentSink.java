package io.holdfast.journal;

import io.holdfast.base.stream.ExtentKind;

/**
 * Takes the status of a range, piece by piece, in ascending order and without holes.
 *
 * @since 1.0
 */
@FunctionalInterface
public interface ExtentSink {

    /**
     * Takes one piece.
     *
     * @param offset its first byte
     * @param length bytes, at least 1
     * @param kind what it holds; what was never written is {@link ExtentKind#ZERO}
     * @return true to get the next piece, false to end here
     */
    boolean accept(long offset, long length, ExtentKind kind);
}
