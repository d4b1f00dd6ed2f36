package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes in our own authorities and nobody else, for one session. Remembers why it refused a peer, because an
 * {@link SSLEngine} tells it to nobody.
 */
@SuppressWarnings("null") // the JDK's types say nothing about null; ours do
final class PeerTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager pkix;
    private volatile @Nullable HoldfastException refusal;

    PeerTrust(Set<X509Certificate> anchors) throws GeneralSecurityException {
        Set<TrustAnchor> trusted =
                anchors.stream().map(anchor -> new TrustAnchor(anchor, null)).collect(Collectors.toSet());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, new X509CertSelector());
        parameters.setRevocationEnabled(false); // certificates are short-lived; there is no list to ask
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        this.pkix = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    /** Tells why the peer was refused, once it was. */
    Optional<HoldfastException> refusal() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            pkix.checkClientTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw refuse(chain, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            pkix.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw refuse(chain, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        throw new CertificateException("sockets are not used here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        throw new CertificateException("sockets are not used here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only engines are used here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only engines are used here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return pkix.getAcceptedIssuers();
    }

    private CertificateException refuse(X509Certificate[] chain, CertificateException cause) {
        String subject = "certificate of " + chain[0].getSubjectX500Principal();
        refusal = isOutOfTime(cause)
                ? new HoldfastException(
                        ErrorCode.CERTIFICATE_EXPIRED,
                        subject,
                        "it, or one it rests on, is outside its time; its own is "
                                + chain[0].getNotBefore().toInstant() + " to "
                                + chain[0].getNotAfter().toInstant(),
                        cause)
                : new HoldfastException(
                        ErrorCode.CERTIFICATE_FOREIGN,
                        subject,
                        "no authority we trust stands behind it; expected one of ours",
                        cause);
        return cause;
    }

    private static boolean isOutOfTime(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return true;
            }
            if (cause instanceof CertPathValidatorException path
                    && (path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID)) {
                return true;
            }
        }
        return false;
    }
}
