package io.holdfast.transport;

import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;

/**
 * A session as an engine sees it: somewhere to send to. Never blocks. What is sent to a link that has ended is lost, which the protocol
 * allows at any time.
 *
 * @since 1.0
 */
public interface Link {

    /**
     * Sends a message. The credit of the protocol bounds how much can wait in a link.
     *
     * @param message what to send
     */
    void send(Message message);

    /**
     * Ends the session in order.
     *
     * @param reason for people
     */
    void close(String reason);

    /**
     * Ends the session and tells the peer why.
     *
     * @param error what is wrong
     */
    void refuse(HoldfastException error);
}
