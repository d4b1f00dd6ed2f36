package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;

/**
 * Decides what a certificate may do, beyond being of our authority and in its time. Called on I/O threads; must not block. An error is
 * told to the peer and ends the session.
 *
 * @since 1.0
 */
public interface PeerCheck {

    /** Lets every certificate of our authority do everything. */
    PeerCheck AUTHENTICATED = _ -> {};

    /**
     * Checks that the peer may have a session here at all, for example by the role in its certificate.
     *
     * @param peer who connected, or whom we connected to
     * @throws HoldfastException with {@link ErrorCode#NOT_AUTHORISED} when it may not
     */
    void checkPeer(PeerIdentity peer);

    /**
     * Checks, on the side that was connected to, that the peer may carry the machine it names.
     *
     * @param peer who connected
     * @param hello what it said
     * @throws HoldfastException with {@link ErrorCode#NOT_AUTHORISED} when it may not
     */
    default void checkHello(PeerIdentity peer, Message.Hello hello) {
        checkPeer(peer);
    }

    /**
     * Lets those in whose certificate carries one name.
     *
     * @param commonName the name
     * @return a check that refuses all others with {@link ErrorCode#NOT_AUTHORISED}
     */
    static PeerCheck named(String commonName) {
        return peer -> {
            if (!peer.commonName().equals(commonName)) {
                throw new HoldfastException(
                        ErrorCode.NOT_AUTHORISED,
                        "peer '" + peer.commonName() + "'",
                        "may not do this; expected a certificate of '" + commonName + "'");
            }
        };
    }
}
