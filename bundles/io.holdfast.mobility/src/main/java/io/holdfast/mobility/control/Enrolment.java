package io.holdfast.mobility.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.model.NodeCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that an agent has a certificate that the server takes: enrols it with a token, renews the certificate when half of its time is over,
 * enrols anew when it has ended or the server refuses it. A certificate is never thrown away before the next one is there: what refused it may
 * have been a clock that was wrong, or a server that was set back. Used by one thread.
 */
final class Enrolment {

    private static final String PATH = "/agent/v1/enrol";
    private static final Duration EXCHANGE_MAX = Duration.ofSeconds(10);
    private static final long RENEWAL_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int TOKEN_BYTES_MAX = 4_096;
    private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);

    private final ServerPoll.Settings settings;
    private final AgentCredentials credentials;
    private final JsonMapper json;
    private final TimeSource time;
    private String spentToken = "";
    private boolean refused;
    private boolean renewalFailed;
    private long renewalFailedNanos;

    Enrolment(ServerPoll.Settings settings, AgentCredentials credentials, JsonMapper json, TimeSource time) {
        this.settings = settings;
        this.credentials = credentials;
        this.json = json;
        this.time = time;
    }

    /**
     * Does what is due. There is a certificate on return, though the server may refuse it.
     *
     * @throws HoldfastException when there is none and none can be had now
     * @throws InterruptedException when the thread is interrupted
     */
    void keep() throws InterruptedException {
        long now = time.utcMillis();
        if (!credentials.isUsable(now)) {
            enrol(token());
        } else if (refused) {
            Optional<String> fresh = freshToken();
            if (fresh.isPresent()) {
                enrol(fresh.get());
            }
        } else if (credentials.isRenewalDue(now) && !isRenewalPaused()) {
            renew();
        }
    }

    /** The server took the certificate. */
    void accepted() {
        refused = false;
    }

    /**
     * The server answered with an error.
     *
     * @param error noted when it is about the certificate
     */
    void failed(HoldfastException error) {
        boolean ours = error.code() == ErrorCode.NOT_AUTHENTICATED
                || error.code() == ErrorCode.CERTIFICATE_EXPIRED
                || error.object().equals(ServerConnection.OWN_CERTIFICATE);
        if (ours && !refused) {
            refused = true;
            LOG.warn(
                    "configuration server refuses this agent's certificate, a new token in its token file lets it enrol again tokenFile={}"
                            + " code={} reason={}",
                    settings.tokenFile(),
                    error.code(),
                    error.getMessage());
        }
    }

    private void enrol(String token) throws InterruptedException {
        try {
            request(token, null);
            spentToken = token;
            refused = false;
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.NOT_AUTHENTICATED) {
                spentToken = token;
            }
            throw e;
        }
    }

    /** The present certificate is good for long yet, so a failure hinders nothing. */
    private void renew() throws InterruptedException {
        try {
            request(null, credentials.current());
            renewalFailed = false;
        } catch (HoldfastException e) {
            renewalFailed = true;
            renewalFailedNanos = time.monotonicNanos();
            LOG.warn(
                    "certificate was not renewed, trying again; the present one is still good code={} reason={}",
                    e.code(),
                    e.getMessage());
        }
    }

    private boolean isRenewalPaused() {
        return renewalFailed && time.monotonicNanos() - renewalFailedNanos < RENEWAL_PAUSE_NANOS;
    }

    private void request(@Nullable String token, NodeCredentials.@Nullable Credentials own)
            throws InterruptedException {
        AgentCredentials.Wish wish = credentials.wish();
        Map<String, Object> request = new LinkedHashMap<>();
        if (token != null) {
            request.put("token", token);
        }
        request.put("name", settings.name());
        request.put("csr", wish.requestPem());
        JsonNode answer;
        try (ServerConnection connection =
                new ServerConnection(settings.server(), json, credentials.authority(), own)) {
            answer = connection.post(PATH, request, EXCHANGE_MAX);
        }
        credentials.accept(
                wish, answer.path("certificate").asText(), answer.path("chain").asText());
        LOG.info(
                "agent has a new certificate agent={} renewed={} server={}",
                answer.path("agent").asText(),
                token == null,
                settings.server());
    }

    private Optional<String> freshToken() {
        try {
            return Optional.of(token()).filter(token -> !token.isEmpty() && !token.equals(spentToken));
        } catch (HoldfastException _) {
            return Optional.empty(); // none is there yet; the present certificate goes on being tried
        }
    }

    private String token() {
        try {
            if (Files.size(settings.tokenFile()) <= TOKEN_BYTES_MAX) {
                return Files.readString(settings.tokenFile()).trim();
            }
        } catch (IOException e) {
            throw noToken("cannot be read", e);
        }
        throw noToken("has more than " + TOKEN_BYTES_MAX + " bytes", null);
    }

    private HoldfastException noToken(String found, @Nullable IOException cause) {
        return new HoldfastException(
                ErrorCode.NOT_AUTHENTICATED,
                "token file " + settings.tokenFile(),
                found + "; an agent without a certificate in its time needs a one-time token there",
                cause);
    }
}
