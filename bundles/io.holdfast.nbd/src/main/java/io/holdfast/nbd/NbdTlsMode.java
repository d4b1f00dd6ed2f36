package io.holdfast.nbd;

/**
 * Whether a connection is upgraded to TLS by {@code NBD_OPT_STARTTLS}.
 *
 * @since 1.0
 */
public enum NbdTlsMode {
    /** Never. */
    OFF,
    /** When the other side can. Gives no protection from somebody in between who says it cannot. */
    OPTIONAL,
    /** Nothing is said before it. */
    REQUIRED
}
