package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.InetSocketAddress;

/**
 * Listens for sessions. Every connection has to prove a certificate of our authority before a handler hears of it.
 *
 * @since 1.0
 */
public interface TransportServer extends AutoCloseable {

    /**
     * Tells where the server listens.
     *
     * @return the bound address; the real port when 0 was asked for
     */
    InetSocketAddress address();

    /**
     * Counts the authenticated sessions.
     *
     * @return how many are open now
     */
    int sessions();

    /**
     * Stops listening and ends all sessions in order, in at most {@link TransportLimits#closeMillis()} and one second. Idempotent.
     */
    @Override
    void close();

    /**
     * Starts to listen.
     *
     * @param address where; port 0 takes a free one
     * @param limits the bounds
     * @param tls the keys
     * @param check which certificate may do what
     * @param handlers gives each session its handler
     * @return the listening server
     * @throws HoldfastException with {@link ErrorCode#PORT_IN_USE} or {@link ErrorCode#NETWORK} when the address cannot be bound; nothing
     *     is left behind
     */
    static TransportServer listen(
            InetSocketAddress address,
            TransportLimits limits,
            TransportTls tls,
            PeerCheck check,
            SessionHandler.Factory handlers) {
        return new MinaServer(address, limits, tls, check, handlers);
    }
}
