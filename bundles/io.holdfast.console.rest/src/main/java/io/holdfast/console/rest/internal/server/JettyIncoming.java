package io.holdfast.console.rest.internal.server;

import io.holdfast.console.rest.internal.http.Incoming;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request of Jetty in words of ours. */
final class JettyIncoming implements Incoming {

    private final Request request;
    private @Nullable InputStream body;

    JettyIncoming(Request request) {
        this.request = request;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        String decoded = request.getHttpURI().getDecodedPath();
        return decoded == null ? "" : decoded;
    }

    @Override
    public String query() {
        String query = request.getHttpURI().getQuery();
        return query == null ? "" : query;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public Optional<String> cookie(String name) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst();
    }

    @Override
    public InputStream body() {
        InputStream opened = body;
        if (opened == null) {
            opened = Request.asInputStream(request);
            body = opened;
        }
        return opened;
    }

    @Override
    public String remoteAddress() {
        return Request.getRemoteAddr(request);
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        Object found = request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
        X509Certificate @Nullable [] chain =
                found instanceof EndPoint.SslSessionData session ? session.peerCertificates() : null;
        return chain == null ? List.of() : List.of(chain);
    }
}
