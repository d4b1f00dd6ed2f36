package io.holdfast.blob;

/**
 * A file in an {@link ObjectLog}.
 *
 * @param name under which it was put
 * @param number of its object
 * @param bytes how long it is
 * @param sha256 of its bytes, as 64 hexadecimal digits
 * @since 1.0
 */
public record StoredFile(String name, long number, long bytes, String sha256) {}
