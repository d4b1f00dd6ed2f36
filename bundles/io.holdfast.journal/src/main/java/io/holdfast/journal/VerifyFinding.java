package io.holdfast.journal;

/**
 * One thing that a verification found.
 *
 * @param kind how bad it is
 * @param file path within the store
 * @param offset first byte concerned; where a checksum covers many bytes, the first of them
 * @param length bytes concerned; 0 when the whole file is meant or missing
 * @param detail what was found and what would be right
 * @since 1.0
 */
public record VerifyFinding(Kind kind, String file, long offset, long length, String detail) {

    /** How bad a finding is. */
    public enum Kind {
        /** Bytes are not what was written, or are missing, added or set back. */
        DAMAGE,
        /** Bytes behind what was acknowledged, as a crash leaves them; the next opening of the store cuts them. */
        UNACKNOWLEDGED_TAIL,
        /** Nothing is wrong, and somebody may want to know. */
        NOTE
    }
}
