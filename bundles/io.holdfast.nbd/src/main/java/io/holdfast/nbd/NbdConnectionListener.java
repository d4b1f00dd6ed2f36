package io.holdfast.nbd;

/**
 * Hears about the connections of a server. Called by connection threads and by the accepting thread; must neither
 * block nor throw.
 *
 * @since 1.0
 */
public interface NbdConnectionListener {

    /** Hears nothing. */
    NbdConnectionListener NONE = new NbdConnectionListener() {};

    /**
     * A client has chosen an export; called before it can send a request.
     *
     * @param connection who
     */
    default void opened(NbdConnectionInfo connection) {
        // Nothing to do by default.
    }

    /**
     * A request was answered with an error; called before the answer goes out.
     *
     * @param connection who
     * @param command what was asked
     * @param error what was answered
     * @param detail for people
     */
    default void errorReplied(NbdConnectionInfo connection, NbdCommand command, NbdError error, String detail) {
        // Nothing to do by default.
    }

    /**
     * A connection that was {@link #opened} is over: no call of its export is in progress and none follows.
     *
     * @param connection who
     * @param end how it ended
     */
    default void closed(NbdConnectionInfo connection, NbdConnectionEnd end) {
        // Nothing to do by default.
    }

    /**
     * A connection ended before it had chosen an export.
     *
     * @param peer address for people
     * @param reason what was wrong, or that the client only asked
     */
    default void notOpened(String peer, String reason) {
        // Nothing to do by default.
    }
}
