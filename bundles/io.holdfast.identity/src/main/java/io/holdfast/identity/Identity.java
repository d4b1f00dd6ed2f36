package io.holdfast.identity;

import io.holdfast.model.NodeCredentials;

/**
 * The identity of the node that has the authority. A service. Thread-safe.
 *
 * @since 1.0
 */
public interface Identity extends NodeCredentials {

    /**
     * The appliance's certificate authority.
     *
     * @return always the same
     */
    CertificateAuthority authority();
}
