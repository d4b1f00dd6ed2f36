package io.holdfast.journal;

/**
 * Bytes of a disk that a damaged block wrote and that cannot be read. A point of the same line of history at or behind {@code sequence} lacks them,
 * unless a later write covers them.
 *
 * @param disk number of the disk
 * @param offset first byte
 * @param length bytes
 * @param sequence of the write
 * @since 1.0
 */
public record LostRange(int disk, long offset, long length, long sequence) {}
