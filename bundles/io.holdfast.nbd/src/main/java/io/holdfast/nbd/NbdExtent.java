package io.holdfast.nbd;

/**
 * A range of an export with one status.
 *
 * @param offset first byte
 * @param length bytes, at least 1
 * @param flags as the context defines them
 * @since 1.0
 */
public record NbdExtent(long offset, long length, int flags) {}
