package io.holdfast.transport;

import io.holdfast.wire.Message;

/**
 * What an owner of a session is told. All calls for one session come one after another on its I/O thread, which serves other sessions
 * too: they must not block. A {@link io.holdfast.base.HoldfastException} thrown by one of them ends the session as
 * {@link Session#refuse} does; any other exception ends it with {@link io.holdfast.base.ErrorCode#INTERNAL}.
 *
 * @since 1.0
 */
public interface SessionHandler {

    /**
     * The session is authenticated and messages may be sent. First call, exactly once.
     *
     * @param session the session
     */
    void opened(Session session);

    /**
     * A message arrived. {@link Message.Ping}, {@link Message.Pong}, {@link Message.Bye} and {@link Message.Refused} are dealt with
     * before and never come here; neither does a message that the rules of the conversation do not allow at this moment.
     *
     * @param session the session
     * @param message what arrived; its buffers belong to the receiver and keep their whole frame in memory
     */
    void received(Session session, Message message);

    /**
     * There is room again after {@link Session#offer} has returned false.
     *
     * @param session the session
     */
    void writable(Session session);

    /**
     * The session has ended. Last call, exactly once, after {@link #opened}.
     *
     * @param session the session
     * @param cause why
     */
    void closed(Session session, CloseCause cause);

    /**
     * Gives a handler to each session that a server accepts.
     *
     * @since 1.0
     */
    interface Factory {

        /**
         * Makes the handler of one authenticated session.
         *
         * @param peer who connected
         * @return its handler
         */
        SessionHandler handlerFor(PeerIdentity peer);
    }
}
