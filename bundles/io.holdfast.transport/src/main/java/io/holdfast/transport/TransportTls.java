package io.holdfast.transport;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The keys of one end. They are asked for at the start of each handshake, so that a renewed certificate is used by the next session
 * without anybody's doing.
 *
 * @param material gives the current keys; called on I/O threads, must not block
 * @since 1.0
 */
public record TransportTls(Supplier<KeyMaterial> material) {

    /**
     * What one end proves itself with and what it believes.
     *
     * @param key the private key of the first certificate of {@code chain}; EC P-256 by preference
     * @param chain own certificate first, then what leads to an anchor
     * @param anchors certificates of the authorities whose peers are let in; at least one
     * @since 1.0
     */
    public record KeyMaterial(PrivateKey key, List<X509Certificate> chain, Set<X509Certificate> anchors) {

        public KeyMaterial {
            chain = List.copyOf(chain);
            anchors = Set.copyOf(anchors);
        }
    }
}
