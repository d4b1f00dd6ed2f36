package io.holdfast.journal;

/**
 * Bytes that are not what was written.
 *
 * @param file path within the store
 * @param offset first byte of the damaged stretch
 * @param length bytes; 0 when the whole file is missing
 * @param detail what was found and what would be right
 * @since 1.0
 */
public record Damage(String file, long offset, long length, String detail) {}
