package io.holdfast.mobility.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.base.ErrorCode;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.identity.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;

/** The enrolment of a configuration server, over HTTPS on loopback: notes who asks with what, and certifies or refuses. */
final class EnrolmentServer implements AutoCloseable {

    static final Duration VALID = Duration.ofDays(90);

    private static final char[] NO_PASSWORD = new char[0];

    /** What was asked: the token, or nothing, and whether a certificate was shown. */
    record Asked(String token, boolean certificateShown) {}

    final AtomicReference<ErrorCode> refusal = new AtomicReference<>();
    private final List<Asked> asked = new ArrayList<>();
    private final CertificateAuthority authority;
    private final JsonMapper json = new JsonMapper();
    private final HttpsServer server;

    EnrolmentServer(CertificateAuthority authority) throws IOException, GeneralSecurityException {
        this.authority = authority;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new WantingCertificates(context()));
        server.createContext("/agent/v1/enrol", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        JsonNode request = json.readTree(exchange.getRequestBody().readAllBytes());
        asked.add(new Asked(request.path("token").asText(), isCertificateShown((HttpsExchange) exchange)));
        ErrorCode refused = refusal.get();
        Map<String, String> answer = refused == null
                ? Map.of(
                        "agent",
                        "agent-1",
                        "certificate",
                        Pem.ofCertificates(List.of(
                                authority.certifyRequest(request.path("csr").asText(), "agent-1", VALID))),
                        "chain",
                        Pem.ofCertificates(List.of(authority.certificate())))
                : Map.of("code", refused.name(), "object", "enrolment", "message", "refused");
        byte[] body = json.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(refused == null ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static boolean isCertificateShown(HttpsExchange exchange) {
        try {
            return exchange.getSSLSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException _) {
            return false;
        }
    }

    private SSLContext context() throws GeneralSecurityException, IOException {
        KeyPair pair = CertificateAuthority.newKeyPair(new SecureRandom());
        X509Certificate certificate = authority.certify(
                new CertificateAuthority.Names("server", Set.of("localhost"), Set.of()), pair.getPublic(), VALID);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, NO_PASSWORD);
        own.setKeyEntry("own", pair.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate});
        own.setCertificateEntry("authority", authority.certificate());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(own);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static final class WantingCertificates extends HttpsConfigurator {

        WantingCertificates(SSLContext context) {
            super(context);
        }

        @Override
        @SuppressWarnings("null") // the JDK's types say nothing about null
        public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
        }
    }
}
