package io.holdfast.cli.internal.client;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whom the command line believes: one authority, and a server whose certificate of it carries the name it was called by. */
public final class Trust {

    private static final int CONNECT_MILLIS = 5_000;
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
    private static final String END = "\n-----END CERTIFICATE-----\n";

    private Trust() {}

    /**
     * Makes TLS that believes one authority and nobody else.
     *
     * @param authority its certificate
     * @return the context; host names are checked by whoever uses it for HTTPS
     */
    public static SSLContext context(X509Certificate authority) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java can trust one certificate", e);
        }
    }

    /**
     * Looks at a server that nothing is known of: which authority does it say it rests on? Nothing is sent to it and nothing it says is
     * believed.
     *
     * @param address where it is
     * @return the last certificate of its chain
     * @throws CliException {@link ExitCode#UNREACHABLE} when nothing there speaks TLS
     */
    public static X509Certificate authorityShownBy(ServerAddress address) {
        AtomicReference<List<X509Certificate>> shown = new AtomicReference<>(List.of());
        try (SSLSocket socket = (SSLSocket) looking(shown).getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            socket.startHandshake();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "NETWORK",
                    address.toString(),
                    address + ": it does not answer (" + e.getMessage() + "); expected a Holdfast appliance there",
                    e);
        }
        return shown.get().getLast();
    }

    /**
     * Reads a certificate.
     *
     * @param pem text
     * @param where it comes from, for the error
     * @return the first certificate in it
     * @throws CliException with usage when there is none
     */
    public static X509Certificate parse(String pem, String where) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate)
                    factory.generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "INVALID_ARGUMENT",
                    where,
                    where + ": no certificate is in it; expected one in PEM form",
                    e);
        }
    }

    /**
     * Writes a certificate.
     *
     * @param certificate any
     * @return PEM
     */
    public static String pem(X509Certificate certificate) {
        return BEGIN + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded(certificate)) + END;
    }

    /**
     * Names a certificate so that people can compare it.
     *
     * @param certificate any
     * @return SHA-256 as 64 hexadecimal digits
     */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded(certificate)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    private static SSLContext looking(AtomicReference<List<X509Certificate>> shown) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Looking(shown)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** Lets everybody through and notes who it was; used for a connection over which nothing is said. */
    @SuppressWarnings("null") // the JDK interface says nothing about null; it never passes null here
    private record Looking(AtomicReference<List<X509Certificate>> shown) implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("only servers are looked at");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            shown.set(Arrays.asList(chain.clone()));
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
