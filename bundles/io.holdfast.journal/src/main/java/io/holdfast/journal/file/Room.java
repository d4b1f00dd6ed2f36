package io.holdfast.journal.file;

/**
 * The room of the medium that a store lies on.
 *
 * @param usableBytes what this process may still write, at least 0
 * @param totalBytes the size of the medium, at least 0
 * @since 1.0
 */
public record Room(long usableBytes, long totalBytes) {}
