package io.holdfast.base.stream;

/**
 * What a change leaves behind in the range it covers.
 *
 * @since 1.0
 */
public enum ExtentKind {
    /** Bytes that came with the change. */
    DATA,
    /** Zeroes, by WRITE_ZEROES or found by reading. */
    ZERO,
    /** Nothing that anybody may rely on; reads as zeroes here, and compares, hashes and attestations skip it. */
    DISCARD
}
