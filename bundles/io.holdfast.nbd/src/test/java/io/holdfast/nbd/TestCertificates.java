package io.holdfast.nbd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority and what it issued, made by OpenSSL in the files that libnbd, nbdkit and QEMU look for: {@code ca-cert.pem},
 * {@code server-cert.pem}, {@code server-key.pem}, {@code client-cert.pem}, {@code client-key.pem}.
 */
final class TestCertificates {

    private static final char[] PASSWORD = "in memory only".toCharArray();

    static {
        // Keys change after each 8 MiB instead of each 128 GiB, so that the longer tests cross key updates in both
        // directions. Not less: the
        // JDK asks again with every record until the peer has changed its key, and GnuTLS bears eight a second. Read
        // once, at the first TLS.
        Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^23");
    }

    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    /** Makes an authority with a server {@code localhost} and a client {@code agent-1}. */
    static TestCertificates make(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        TestCertificates made = new TestCertificates(folder);
        made.openssl(
                "req",
                "-x509",
                "-subj",
                "/CN=test authority",
                "-days",
                "2",
                "-out",
                made.path("ca-cert.pem"),
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                made.path("ca-key.pem"));
        made.issue("server", "localhost", 2);
        made.issue("client", "agent-1", 2);
        return made;
    }

    Path folder() {
        return folder;
    }

    /** Issues a certificate and its key, valid from now for that many days, -1 for one that has expired. */
    void issue(String file, String name, int days) throws IOException, InterruptedException {
        openssl(
                "req",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=DNS:" + name,
                "-out",
                path(file + ".csr"),
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                path(file + "-key.pem"));
        openssl(
                "x509",
                "-req",
                "-in",
                path(file + ".csr"),
                "-CA",
                path("ca-cert.pem"),
                "-CAkey",
                path("ca-key.pem"),
                "-days",
                String.valueOf(days),
                "-copy_extensions",
                "copy",
                "-CAcreateserial",
                "-out",
                path(file + "-cert.pem"));
    }

    /** Who trusts the authority and shows one of its certificates. */
    SSLContext context(String file) throws IOException, GeneralSecurityException {
        KeyStore identity = emptyStore();
        Certificate[] chain = {certificate(file + "-cert.pem"), certificate("ca-cert.pem")};
        identity.setKeyEntry("key", key(file + "-key.pem"), PASSWORD, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust().getTrustManagers(), null);
        return context;
    }

    /** Who trusts the authority and shows nothing. */
    SSLContext anonymous() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust().getTrustManagers(), null);
        return context;
    }

    private TrustManagerFactory trust() throws IOException, GeneralSecurityException {
        KeyStore authority = emptyStore();
        authority.setCertificateEntry("authority", certificate("ca-cert.pem"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority);
        return trust;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private Certificate certificate(String name) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private PrivateKey key(String name) throws IOException, GeneralSecurityException {
        String text = Files.readString(folder.resolve(name)).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Tool.run(command).good();
    }
}
