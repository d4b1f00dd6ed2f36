package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.transport.TransportTls.KeyMaterial;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * Makes the TLS engine of one connection: TLS 1.3 and nothing else, both ends authenticated. Each connection has a context of its own, so
 * that a renewed certificate is used at once and no session is ever resumed past a check of certificates.
 */
final class TlsEngines {

    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHER_SUITES = {
        "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"
    };
    private static final SecureRandom RANDOM = new SecureRandom();

    /** An engine and what it thinks of its peer. */
    record Engine(SSLEngine engine, PeerTrust trust, KeyMaterial own) {}

    private TlsEngines() {}

    static Engine forClient(TransportTls tls) {
        Engine made = create(tls.material().get());
        made.engine().setUseClientMode(true);
        return made;
    }

    static Engine forServer(TransportTls tls) {
        Engine made = create(tls.material().get());
        made.engine().setUseClientMode(false);
        made.engine().setNeedClientAuth(true);
        return made;
    }

    private static Engine create(KeyMaterial own) {
        try {
            PeerTrust trust = new PeerTrust(own.anchors());
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OwnKey(own)}, new TrustManager[] {trust}, RANDOM);
            SSLEngine engine = context.createSSLEngine();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setProtocols(PROTOCOLS);
            parameters.setCipherSuites(CIPHER_SUITES);
            parameters.setUseCipherSuitesOrder(true);
            engine.setSSLParameters(parameters);
            return new Engine(engine, trust, own);
        } catch (GeneralSecurityException e) {
            throw new HoldfastException(
                    ErrorCode.KEY_MISSING, "TLS key material", "it cannot be used: " + e.getMessage(), e);
        }
    }
}
