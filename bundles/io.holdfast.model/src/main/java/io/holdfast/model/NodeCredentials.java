package io.holdfast.model;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * What a node proves itself with to other nodes, and whom it believes. A service, one for each node. Asked again for each new session, so that
 * a renewed certificate is picked up. Thread-safe; does not block.
 *
 * @since 1.0
 */
public interface NodeCredentials {

    /** The common name in the certificates of nodes of ours. Agents have their identity there, so neither can pass for the other. */
    String NODE_NAME = "Holdfast node";

    /**
     * Gives the current credentials.
     *
     * @return key and certificates that belong together
     */
    Credentials current();

    /**
     * A key, its certificates and the trusted authorities.
     *
     * @param key private key of the first certificate of {@code chain}
     * @param chain own certificate first, then what leads to an anchor
     * @param anchors certificates of the trusted authorities; at least one
     * @since 1.0
     */
    record Credentials(PrivateKey key, List<X509Certificate> chain, Set<X509Certificate> anchors) {

        public Credentials {
            chain = List.copyOf(chain);
            anchors = Set.copyOf(anchors);
        }
    }
}
