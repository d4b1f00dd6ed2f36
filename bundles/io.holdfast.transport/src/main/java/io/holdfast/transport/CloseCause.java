package io.holdfast.transport;

import io.holdfast.base.HoldfastException;

/**
 * Why a session ended.
 *
 * @since 1.0
 */
public sealed interface CloseCause {

    /**
     * This side ended it in order.
     *
     * @param reason as given to {@link Session#close}
     */
    record Closed(String reason) implements CloseCause {}

    /**
     * The peer ended it in order.
     *
     * @param reason as the peer told
     */
    record ClosedByPeer(String reason) implements CloseCause {}

    /**
     * The peer ended it with an error.
     *
     * @param error what the peer found wrong
     */
    record RefusedByPeer(HoldfastException error) implements CloseCause {}

    /**
     * This side found an error: in what arrived, in the connection, in time, or in the handler.
     *
     * @param error what was found
     */
    record Failed(HoldfastException error) implements CloseCause {}
}
