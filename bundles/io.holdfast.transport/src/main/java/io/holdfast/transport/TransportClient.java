package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * Connects to servers. One client serves any number of sessions.
 *
 * @since 1.0
 */
public interface TransportClient extends AutoCloseable {

    /**
     * Connects and authenticates in bounded time: {@link TransportLimits#handshakeMillis()} for the connection and as much for the
     * handshake.
     *
     * @param address where to
     * @param handler hears of the session once it is authenticated
     * @return the session, after {@link SessionHandler#opened} has returned; or a {@link HoldfastException} with
     *     {@link ErrorCode#NETWORK}, {@link ErrorCode#TIMEOUT}, {@link ErrorCode#CERTIFICATE_FOREIGN},
     *     {@link ErrorCode#CERTIFICATE_EXPIRED}, {@link ErrorCode#NOT_AUTHORISED} or {@link ErrorCode#PROTOCOL_ERROR}, in which case the
     *     handler hears nothing. The server's word on our certificate is waited for
     */
    CompletableFuture<Session> connect(InetSocketAddress address, SessionHandler handler);

    /**
     * Ends all sessions in order, in at most {@link TransportLimits#closeMillis()} and one second. Idempotent.
     */
    @Override
    void close();

    /**
     * Makes a client.
     *
     * @param limits the bounds
     * @param tls the keys
     * @param check which server we talk to
     * @return the client
     */
    static TransportClient create(TransportLimits limits, TransportTls tls, PeerCheck check) {
        return new MinaClient(limits, tls, check);
    }
}
