package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a server. Versions 1.3 and 1.2 are spoken.
 *
 * @param mode whether clients may or must upgrade
 * @param context the server's certificate and whom it trusts; may be absent only when {@code mode} is off
 * @param clientCertificate true when a client without a certificate that the context trusts is turned away
 * @since 1.0
 */
public record NbdServerTls(NbdTlsMode mode, @Nullable SSLContext context, boolean clientCertificate) {

    /** No TLS. */
    public static final NbdServerTls OFF = new NbdServerTls(NbdTlsMode.OFF, null, false);

    public NbdServerTls {
        if (mode != NbdTlsMode.OFF && context == null) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "TLS of the NBD server", "mode " + mode + " without an SSL context");
        }
    }

    /**
     * TLS for everybody, with certificates on both sides.
     *
     * @param context the server's certificate and whom it trusts
     * @return the setting
     */
    public static NbdServerTls mutual(SSLContext context) {
        return new NbdServerTls(NbdTlsMode.REQUIRED, context, true);
    }
}
