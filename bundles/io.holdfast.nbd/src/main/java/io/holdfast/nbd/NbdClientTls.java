package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a client. Versions 1.3 and 1.2 are spoken.
 *
 * @param mode whether to upgrade
 * @param context whom to trust and the client's certificate if it has one; may be absent only when {@code mode} is off
 * @param hostName what the server's certificate must be made out to; null to accept any that the context trusts
 * @since 1.0
 */
public record NbdClientTls(
        NbdTlsMode mode,
        @Nullable SSLContext context,
        @Nullable String hostName) {

    /** No TLS. */
    public static final NbdClientTls OFF = new NbdClientTls(NbdTlsMode.OFF, null, null);

    public NbdClientTls {
        if (mode != NbdTlsMode.OFF && context == null) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "TLS of the NBD client", "mode " + mode + " without an SSL context");
        }
    }

    /**
     * TLS or nothing.
     *
     * @param context whom to trust and the client's certificate if it has one
     * @param hostName what the server's certificate must be made out to; null to accept any that the context trusts
     * @return the setting
     */
    public static NbdClientTls required(SSLContext context, @Nullable String hostName) {
        return new NbdClientTls(NbdTlsMode.REQUIRED, context, hostName);
    }
}
