package io.holdfast.mobility.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.NodeCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS to the configuration server, with the agent's certificate once there is one. One request at a time.
 *
 * @since 1.0
 */
final class ServerConnection implements AutoCloseable {

    /** The object of errors about the certificate that is shown here. */
    static final String OWN_CERTIFICATE = "certificate of this agent";

    private static final String ALERT = "Received fatal alert: ";
    private static final Set<String> ALERTS_OF_TRUST = Set.of(
            "unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate", "certificate_revoked");
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 16 << 20;
    private static final char[] NO_PASSWORD = new char[0];

    private final URI server;
    private final JsonMapper json;
    private final HttpClient client;

    /**
     * Prepares connections.
     *
     * @param server base address, {@code https}
     * @param json how values are written
     * @param authority the certificate that the server's must lead to
     * @param own the agent's key and certificates, or null before it is enrolled
     */
    ServerConnection(
            URI server, JsonMapper json, X509Certificate authority, NodeCredentials.@Nullable Credentials own) {
        this.server = server;
        this.json = json;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_MAX)
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context(authority, own))
                .build();
    }

    /**
     * Posts a value and reads the answer.
     *
     * @param path below the server's address
     * @param body written as JSON
     * @param timeout for the whole exchange
     * @return the answer
     * @throws HoldfastException the server's own error, {@code NETWORK}, {@code TIMEOUT}, {@code CERTIFICATE_FOREIGN}, {@code CERTIFICATE_EXPIRED}, {@code
     *     PROTOCOL_ERROR}
     * @throws InterruptedException when the thread is interrupted
     */
    JsonNode post(String path, Object body, Duration timeout) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                    .build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            JsonNode answer = read(response);
            if (response.statusCode() / 100 != 2) {
                throw refusal(response.statusCode(), answer);
            }
            return answer;
        } catch (HttpTimeoutException e) {
            throw new HoldfastException(ErrorCode.TIMEOUT, "configuration server " + server, "does not answer", e);
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** What the server thinks of our certificate is only in the alert that it sent, which the JDK reports in the text of its exception. */
    private HoldfastException named(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                String text = String.valueOf(cause.getMessage());
                int alertAt = text.indexOf(ALERT);
                return alertAt < 0
                        ? new HoldfastException(
                                ErrorCode.CERTIFICATE_FOREIGN,
                                "configuration server " + server,
                                "is not trusted: " + text,
                                failure)
                        : ofAlert(text.substring(alertAt + ALERT.length()), failure);
            }
        }
        return new HoldfastException(
                ErrorCode.NETWORK,
                "configuration server " + server,
                "cannot be reached: " + failure.getMessage(),
                failure);
    }

    private HoldfastException ofAlert(String alert, IOException failure) {
        if (alert.equals("certificate_expired")) {
            return new HoldfastException(
                    ErrorCode.CERTIFICATE_EXPIRED,
                    OWN_CERTIFICATE,
                    "the configuration server finds it outside its time; expected to enrol again",
                    failure);
        }
        return ALERTS_OF_TRUST.contains(alert)
                ? new HoldfastException(
                        ErrorCode.CERTIFICATE_FOREIGN,
                        OWN_CERTIFICATE,
                        "the configuration server does not trust it (alert " + alert + "); expected to enrol again",
                        failure)
                : new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "configuration server " + server,
                        "sent the TLS alert " + alert,
                        failure);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private JsonNode read(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX + 1);
            if (bytes.length > ANSWER_BYTES_MAX) {
                throw new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "answer of " + server,
                        "is longer than " + ANSWER_BYTES_MAX + " bytes");
            }
            return json.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "answer of " + server,
                    "is no JSON (status " + response.statusCode() + "); expected the address of a configuration server",
                    e);
        }
    }

    private HoldfastException refusal(int status, JsonNode answer) {
        try {
            return new HoldfastException(
                    ErrorCode.valueOf(answer.path("code").asText()),
                    answer.path("object").asText("configuration server"),
                    answer.path("message").asText("status " + status));
        } catch (IllegalArgumentException e) {
            return new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR, "configuration server " + server, "answered with status " + status, e);
        }
    }

    private static SSLContext context(X509Certificate authority, NodeCredentials.@Nullable Credentials own) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry("authority", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(own == null ? null : keyManagers(own), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that were read can be used", e);
        }
    }

    private static KeyManager[] keyManagers(NodeCredentials.Credentials own)
            throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry("agent", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, NO_PASSWORD);
        return factory.getKeyManagers();
    }
}
