package io.holdfast.nbd;

/**
 * The error values of the NBD specification ("Error values").
 *
 * @since 1.0
 */
public enum NbdError {
    /** Operation not permitted, also every change asked of a read-only export. */
    EPERM(1),
    /** Input/output error; what an export's unnamed failure turns into. */
    EIO(5),
    /** Cannot allocate memory. */
    ENOMEM(12),
    /** The request is malformed, or a read goes beyond the end. */
    EINVAL(22),
    /** No space left, or a write goes beyond the end. */
    ENOSPC(28),
    /** The answer would be too large. */
    EOVERFLOW(75),
    /** Zeroing would not be faster than writing. */
    ENOTSUP(95),
    /** The server is about to end. */
    ESHUTDOWN(108);

    private final int code;

    NbdError(int code) {
        this.code = code;
    }

    /**
     * The value on the wire.
     *
     * @return a positive number
     */
    public int code() {
        return code;
    }

    /**
     * Reads a value from the wire.
     *
     * @param code what the peer sent
     * @return its name; {@link #EINVAL} for a value the specification does not know, as it demands
     */
    public static NbdError of(int code) {
        for (NbdError error : values()) {
            if (error.code == code) {
                return error;
            }
        }
        return EINVAL;
    }
}
