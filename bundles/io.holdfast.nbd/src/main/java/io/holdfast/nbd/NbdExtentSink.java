package io.holdfast.nbd;

/**
 * Receives extents in ascending order, each beginning where the one before ended.
 *
 * @since 1.0
 */
@FunctionalInterface
public interface NbdExtentSink {

    /**
     * Receives the next extent.
     *
     * @param offset first byte
     * @param length bytes, at least 1
     * @param flags as the context defines them
     * @return true when more is wanted
     */
    boolean extent(long offset, long length, int flags);
}
