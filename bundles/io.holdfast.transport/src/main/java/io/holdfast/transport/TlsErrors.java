package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLException;

/**
 * Gives names to what an engine throws. What we thought of the peer's certificate is known exactly; what the peer thought of ours is only
 * in the alert it sent, which the engine reports in the text of its exception.
 */
final class TlsErrors {

    private static final String ALERT_RECEIVED = "Received fatal alert: ";

    private TlsErrors() {}

    /** Tells whether the peer gave up, in which case it reads nothing more. */
    static boolean isAlertOfPeer(SSLException error) {
        return String.valueOf(error.getMessage()).contains(ALERT_RECEIVED);
    }

    static HoldfastException of(SSLException error, TlsEngines.Engine engine) {
        return engine.trust().refusal().orElseGet(() -> {
            String text = String.valueOf(error.getMessage());
            int alertAt = text.indexOf(ALERT_RECEIVED);
            return alertAt < 0
                    ? new HoldfastException(ErrorCode.PROTOCOL_ERROR, "TLS", text, error)
                    : ofAlert(text.substring(alertAt + ALERT_RECEIVED.length()), engine, error);
        });
    }

    private static HoldfastException ofAlert(String alert, TlsEngines.Engine engine, SSLException error) {
        String object = "our certificate";
        return switch (alert) {
            case "certificate_expired" ->
                new HoldfastException(
                        ErrorCode.CERTIFICATE_EXPIRED, object, "the peer finds it outside its time", error);
            case "unknown_ca",
                    "bad_certificate",
                    "certificate_unknown",
                    "unsupported_certificate",
                    "certificate_revoked" ->
                isOutOfTime(engine)
                        ? new HoldfastException(
                                ErrorCode.CERTIFICATE_EXPIRED,
                                object,
                                "the peer refused it, and it is outside its time",
                                error)
                        : new HoldfastException(
                                ErrorCode.CERTIFICATE_FOREIGN,
                                object,
                                "the peer does not trust it (alert " + alert + ")",
                                error);
            default ->
                new HoldfastException(ErrorCode.PROTOCOL_ERROR, "TLS", "the peer sent the alert " + alert, error);
        };
    }

    private static boolean isOutOfTime(TlsEngines.Engine engine) {
        Instant now = Instant.now();
        for (X509Certificate certificate : engine.own().chain()) {
            if (now.isBefore(certificate.getNotBefore().toInstant())
                    || now.isAfter(certificate.getNotAfter().toInstant())) {
                return true;
            }
        }
        return false;
    }
}
