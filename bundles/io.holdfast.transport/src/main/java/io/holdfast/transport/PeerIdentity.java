package io.holdfast.transport;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who is at the other end of a session, as proven by a certificate of an authority we trust.
 *
 * @param commonName the common name of the certificate; empty when it has none
 * @param chain the certificates as presented, the peer's own first; at least one
 * @since 1.0
 */
public record PeerIdentity(String commonName, List<X509Certificate> chain) {

    public PeerIdentity {
        chain = List.copyOf(chain);
    }

    /**
     * The peer's own certificate.
     *
     * @return the first of the chain
     */
    public X509Certificate certificate() {
        return chain.getFirst();
    }
}
