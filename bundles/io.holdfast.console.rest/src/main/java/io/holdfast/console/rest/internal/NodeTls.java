package io.holdfast.console.rest.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.NodeCredentials;
import io.holdfast.model.NodeCredentials.Credentials;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The node's credentials as the JDK's TLS wants them. Looks for renewed ones at each call, so that the next connection shows them; those under
 * way keep theirs. Thread-safe.
 */
final class NodeTls implements Supplier<SSLContext> {

    /** The key never leaves memory in this form; the store merely demands one. */
    private static final char[] PASSWORD = new char[0];

    private final NodeCredentials credentials;
    private @Nullable Prepared prepared;

    NodeTls(NodeCredentials credentials) {
        this.credentials = credentials;
    }

    /**
     * Gives a context with the current credentials.
     *
     * @throws HoldfastException {@code KEY_MISSING} when key and certificates do not fit together
     */
    @Override
    public synchronized SSLContext get() {
        Credentials current = credentials.current();
        Prepared last = prepared;
        if (last == null || last.credentials != current) {
            last = new Prepared(current, context(current));
            prepared = last;
        }
        return last.context;
    }

    private static SSLContext context(Credentials current) {
        try {
            KeyStore own = emptyStore();
            own.setKeyEntry("node", current.key(), PASSWORD, current.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            KeyStore anchors = emptyStore();
            for (X509Certificate anchor : current.anchors()) {
                anchors.setCertificateEntry(anchor.getSerialNumber().toString(), anchor);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new HoldfastException(
                    ErrorCode.KEY_MISSING,
                    "node certificate",
                    "key and certificates cannot be used together: " + e.getMessage(),
                    e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        return store;
    }

    private record Prepared(Credentials credentials, SSLContext context) {}
}
