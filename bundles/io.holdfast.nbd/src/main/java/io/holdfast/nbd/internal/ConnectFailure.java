package io.holdfast.nbd.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.nbd.NbdConnectionException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Names what went wrong while a connection was made. */
public final class ConnectFailure {

    private ConnectFailure() {}

    /**
     * Makes the typed error.
     *
     * @param address where to
     * @param cause what went wrong
     */
    public static NbdConnectionException of(SocketAddress address, IOException cause) {
        return new NbdConnectionException(code(cause), address + ": " + cause.getMessage(), cause);
    }

    private static ErrorCode code(IOException cause) {
        return switch (cause) {
            case NbdConnectionException named -> named.code();
            case WireException _ -> ErrorCode.PROTOCOL_ERROR;
            case SocketTimeoutException _ -> ErrorCode.TIMEOUT;
            case SSLException tls -> tlsCode(tls);
            default -> ErrorCode.NETWORK;
        };
    }

    /** Names why TLS did not begin. The peer's reasons come as alerts, which the JDK tells only in words. */
    static ErrorCode tlsCode(SSLException tls) {
        boolean certificate = false;
        for (Throwable at = tls; at != null; at = at.getCause()) {
            if (at instanceof CertificateExpiredException) {
                return ErrorCode.CERTIFICATE_EXPIRED;
            }
            certificate |= at instanceof GeneralSecurityException;
        }
        String message = String.valueOf(tls.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("certificate_expired")) {
            return ErrorCode.CERTIFICATE_EXPIRED;
        }
        if (message.contains("certificate_required")) {
            return ErrorCode.NOT_AUTHENTICATED;
        }
        return certificate || message.contains("certificate") || message.contains("unknown_ca")
                ? ErrorCode.CERTIFICATE_FOREIGN
                : ErrorCode.PROTOCOL_ERROR;
    }
}
