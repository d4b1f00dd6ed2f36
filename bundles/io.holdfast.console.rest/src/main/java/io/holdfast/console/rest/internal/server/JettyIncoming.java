package io.holdfast.console.rest.internal.server;

import io.holdfast.console.rest.internal.http.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request of Jetty in words of ours. */
final class JettyIncoming implements Incoming {

    private static final Logger LOG = LoggerFactory.getLogger(JettyIncoming.class);

    private static final int DISCARDED_BYTES_MAX = 8 << 20;
    private static final int PIECE_BYTES = 16 * 1024;
    private static final long DISCARD_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

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

    /**
     * Reads what is left of a body that no call would refuse for its length, so that the answer does not overtake it: a connection that ends with bytes unread is reset, and the
     * answer can be lost with it. A body that is long, trickles, or waits to be asked for is left.
     */
    void discardBody() {
        if (request.getLength() > DISCARDED_BYTES_MAX || request.getHeaders().contains(HttpHeader.EXPECT)) {
            return;
        }
        long deadline = System.nanoTime() + DISCARD_NANOS_MAX;
        byte[] piece = new byte[PIECE_BYTES];
        int discarded = 0;
        try {
            while (discarded <= DISCARDED_BYTES_MAX && System.nanoTime() - deadline < 0) {
                int count = body().read(piece);
                if (count < 0) {
                    return;
                }
                discarded += count;
            }
        } catch (IOException e) {
            LOG.debug("the rest of a body did not arrive", e);
        }
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
