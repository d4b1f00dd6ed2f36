package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.SocketAddress;

/**
 * Where and how a server listens.
 *
 * @param address a {@code UnixDomainSocketAddress} or an {@code InetSocketAddress}; port 0 takes a free one
 * @param tls whether clients may or must use TLS
 * @param connectionsMax connections at one time, those in the handshake included, 1 to 4,096; each may hold a request's payload
 * @param handshakeMillisMax time from accepting a connection until it has chosen an export, 10 to 600,000
 * @param closeMillisMax time that requests in progress have when the server closes, 0 to 60,000
 * @since 1.0
 */
public record NbdServerSettings(
        SocketAddress address, NbdServerTls tls, int connectionsMax, int handshakeMillisMax, int closeMillisMax) {

    private static final int CONNECTIONS_DEFAULT = 64;
    private static final int CONNECTIONS_LIMIT = 4096;
    private static final int HANDSHAKE_MILLIS_DEFAULT = 10_000;
    private static final int HANDSHAKE_MILLIS_LEAST = 10;
    private static final int HANDSHAKE_MILLIS_LIMIT = 600_000;
    private static final int CLOSE_MILLIS_DEFAULT = 2_000;
    private static final int CLOSE_MILLIS_LIMIT = 60_000;

    public NbdServerSettings {
        check("connectionsMax", connectionsMax, 1, CONNECTIONS_LIMIT);
        check("handshakeMillisMax", handshakeMillisMax, HANDSHAKE_MILLIS_LEAST, HANDSHAKE_MILLIS_LIMIT);
        check("closeMillisMax", closeMillisMax, 0, CLOSE_MILLIS_LIMIT);
    }

    /**
     * A server without TLS for 64 connections, 10 s for a handshake and 2 s for closing.
     *
     * @param address where to listen
     * @return the settings
     */
    public static NbdServerSettings at(SocketAddress address) {
        return new NbdServerSettings(
                address, NbdServerTls.OFF, CONNECTIONS_DEFAULT, HANDSHAKE_MILLIS_DEFAULT, CLOSE_MILLIS_DEFAULT);
    }

    /**
     * The same with TLS.
     *
     * @param other how clients upgrade
     * @return new settings
     */
    public NbdServerSettings withTls(NbdServerTls other) {
        return new NbdServerSettings(address, other, connectionsMax, handshakeMillisMax, closeMillisMax);
    }

    /**
     * The same with another number of connections.
     *
     * @param other connections at one time
     * @return new settings
     */
    public NbdServerSettings withConnectionsMax(int other) {
        return new NbdServerSettings(address, tls, other, handshakeMillisMax, closeMillisMax);
    }

    /**
     * The same with another limit for the handshake.
     *
     * @param millis from accepting a connection until it has chosen an export
     * @return new settings
     */
    public NbdServerSettings withHandshakeMillisMax(int millis) {
        return new NbdServerSettings(address, tls, connectionsMax, millis, closeMillisMax);
    }

    /**
     * The same with another limit for closing.
     *
     * @param millis that requests in progress have
     * @return new settings
     */
    public NbdServerSettings withCloseMillisMax(int millis) {
        return new NbdServerSettings(address, tls, connectionsMax, handshakeMillisMax, millis);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, value + "; expected " + least + " to " + most);
        }
    }
}
