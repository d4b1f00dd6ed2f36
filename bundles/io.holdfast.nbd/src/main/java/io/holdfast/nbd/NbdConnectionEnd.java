package io.holdfast.nbd;

/**
 * How a connection ended.
 *
 * @param kind what happened first
 * @param changeRefused true when at least one write, zeroing or trim of this connection was answered with an error
 * @param detail for people
 * @since 1.0
 */
public record NbdConnectionEnd(Kind kind, boolean changeRefused, String detail) {

    /** What ended it. */
    public enum Kind {
        /** The client said {@code NBD_CMD_DISC}, and every request before it was answered. */
        DISCONNECTED,
        /** The stream ended between two requests. */
        END_OF_STREAM,
        /** The stream ended inside a request, was reset, or an answer could not be sent. */
        BROKEN,
        /** The client broke the protocol. */
        PROTOCOL_ERROR,
        /** {@link NbdServer#dropConnections} was called. */
        DROPPED,
        /** The server was closed. */
        SERVER_CLOSED,
        /** The export threw what it must not, or there was no memory for a request. */
        EXPORT_FAILED
    }

    /**
     * Tells whether every change that the client sent was taken and answered without error.
     *
     * @return true only for a clean disconnect without a refused change
     */
    public boolean clean() {
        return kind == Kind.DISCONNECTED && !changeRefused;
    }
}
