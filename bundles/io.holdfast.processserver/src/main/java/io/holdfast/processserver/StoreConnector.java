package io.holdfast.processserver;

import io.holdfast.base.HoldfastException;
import io.holdfast.transport.Link;
import io.holdfast.wire.Message;

/**
 * Connects a relay to the master target that keeps its machine.
 *
 * @since 1.0
 */
interface StoreConnector {

    /** What the relay hears from the connection; each call comes in the relay's own turn, in order. */
    interface Events {

        /**
         * The session is there. First call, unless {@link #lost} comes instead.
         *
         * @param store the session
         */
        void connected(Link store);

        /**
         * A message arrived.
         *
         * @param message what arrived
         */
        void received(Message message);

        /**
         * The session ended, or never came to be. Last call.
         *
         * @param reason why
         */
        void lost(HoldfastException reason);
    }

    /**
     * Starts to connect. Returns at once.
     *
     * @param events hears what becomes of it
     */
    void connect(Events events);
}
