package io.holdfast.model;

/**
 * How a machine's stream is coded on its way to the master target.
 *
 * @param codec of the newest batches: {@code NONE}, {@code LZ4} or {@code ZSTANDARD}
 * @param reason why that one; for people
 * @since 1.0
 */
public record StreamCoding(String codec, String reason) {}
