package io.holdfast.console.rest.internal.server;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Asks for the context anew at each connection, so that a renewed certificate needs no restart. */
final class RenewedTls extends SslContextFactory.Server {

    private final Supplier<SSLContext> current;

    RenewedTls(Supplier<SSLContext> current) {
        this.current = current;
        setSslContext(current.get());
        setIncludeProtocols("TLSv1.3", "TLSv1.2");
        setWantClientAuth(true);
        setRenegotiationAllowed(false);
    }

    @Override
    public SSLContext getSslContext() {
        return current.get();
    }
}
