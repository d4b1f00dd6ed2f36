package io.holdfast.nbd;

/**
 * The requests of the transmission phase. The ordinal is the value on the wire.
 *
 * @since 1.0
 */
public enum NbdCommand {
    READ,
    WRITE,
    /** Ends the connection cleanly. */
    DISC,
    FLUSH,
    TRIM,
    CACHE,
    WRITE_ZEROES,
    BLOCK_STATUS;

    /**
     * Tells whether the request may change content.
     *
     * @return true for the three kinds of write
     */
    public boolean changes() {
        return this == WRITE || this == TRIM || this == WRITE_ZEROES;
    }
}
