package io.holdfast.tests.system;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** Keys and certificates as somebody without Holdfast makes them: with OpenSSL, in files of one folder. */
final class Certificates {

    private static final Duration COMMAND_MAX = Duration.ofSeconds(60);
    private static final String PASSWORD = "test";

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
    }

    /** A key on P-256, in PEM. */
    Path newKey(String name) throws IOException {
        Path key = folder.resolve(name + ".key");
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key.toString());
        return key;
    }

    /** The certificate of a new authority, with its key beside it. */
    Path newAuthority(String name) throws IOException {
        Path certificate = folder.resolve(name + ".pem");
        openssl(
                "req",
                "-x509",
                "-new",
                "-key",
                newKey(name).toString(),
                "-subj",
                "/CN=" + name,
                "-days",
                "10",
                "-out",
                certificate.toString());
        return certificate;
    }

    /** A request to certify a key, in PEM. */
    Path request(Path key, String commonName) throws IOException {
        Path request = Path.of(key + ".csr");
        openssl("req", "-new", "-key", key.toString(), "-subj", "/CN=" + commonName, "-out", request.toString());
        return request;
    }

    /** A certificate that ends after some days from now; a day that is over gives one that was never valid for long. */
    Path sign(Path request, Path authority, int days) throws IOException {
        Path certificate = Path.of(request + ".pem");
        String authorityKey = authority.toString().replace(".pem", ".key");
        openssl(
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                authority.toString(),
                "-CAkey",
                authorityKey,
                "-set_serial",
                "4711",
                "-days",
                Integer.toString(days),
                "-out",
                certificate.toString());
        return certificate;
    }

    /** TLS that shows a certificate. */
    SSLContext showing(Path key, Path certificate, Path trusted) throws IOException {
        Path store = Path.of(key + ".p12");
        openssl(
                "pkcs12",
                "-export",
                "-inkey",
                key.toString(),
                "-in",
                certificate.toString(),
                "-passout",
                "pass:" + PASSWORD,
                "-out",
                store.toString());
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(in, PASSWORD.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
            keys.init(own, PASSWORD.toCharArray());
            return context(
                    new KeyManager[] {new Shameless((X509ExtendedKeyManager) keys.getKeyManagers()[0])}, trusted);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Shows its one certificate to everybody; the JDK would keep one back that the other side has not asked for. */
    private static final class Shameless extends X509ExtendedKeyManager {

        private static final String ALIAS = "1";

        private final X509ExtendedKeyManager own;

        Shameless(X509ExtendedKeyManager own) {
            this.own = own;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.getPrivateKey(alias);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            throw new IllegalStateException("no server");
        }
    }

    /** TLS that shows no certificate. */
    SSLContext showingNone(Path trusted) throws IOException {
        try {
            return context(new KeyManager[0], trusted);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static SSLContext context(KeyManager[] keys, Path trusted) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(trusted)) {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            anchors.setCertificateEntry(
                    "anchor", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        }
    }

    private static void openssl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        ProcessTools.run(COMMAND_MAX, command).orThrow("openssl " + arguments[0]);
    }
}
