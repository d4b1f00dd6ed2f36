package io.holdfast.mobility.machine;

import io.holdfast.base.HoldfastException;
import io.holdfast.transport.Link;
import io.holdfast.wire.Message;

/**
 * Opens sessions to process servers. Never blocks.
 */
public interface StoreDialer {

    /** Hears of one session; on any thread, one call at a time, in order. */
    interface Events {

        /**
         * The session is open.
         *
         * @param link where to send
         */
        void connected(Link link);

        /**
         * A message arrived.
         *
         * @param message what
         */
        void received(Message message);

        /**
         * The session has ended, or could not be opened. Last call.
         *
         * @param reason why
         */
        void closed(HoldfastException reason);
    }

    /**
     * Begins to open a session.
     *
     * @param host of the process server
     * @param port of the process server
     * @param events told what becomes of it
     */
    void dial(String host, int port, Events events);
}
