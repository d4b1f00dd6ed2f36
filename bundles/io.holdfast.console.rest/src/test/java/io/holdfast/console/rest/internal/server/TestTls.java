package io.holdfast.console.rest.internal.server;

import io.holdfast.model.NodeCredentials.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A small authority for tests, made once a run with the JDK's own tool. */
public final class TestTls {

    private static final String PASSWORD = "only for tests";
    private static final TestTls INSTANCE = new TestTls();

    private final Credentials first;
    private final Credentials renewed;
    private final SSLContext server;
    private final SSLContext plainClient;
    private final SSLContext agentClient;
    private final SSLContext foreignClient;

    private TestTls() {
        try {
            Path folder = Files.createTempDirectory("holdfast-tls");
            key(folder, "authority", List.of("-dname", "CN=Test authority", "-ext", "bc:c"));
            key(
                    folder,
                    "server",
                    List.of(
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-signer",
                            "authority"));
            key(folder, "agent", List.of("-dname", "CN=host-1", "-signer", "authority"));
            key(folder, "impostor", List.of("-dname", "CN=Test authority", "-ext", "bc:c"));
            key(folder, "foreign", List.of("-dname", "CN=stranger", "-signer", "impostor"));
            key(
                    folder,
                    "renewed",
                    List.of(
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-signer",
                            "authority"));
            KeyStore all = load(folder.resolve("keys.p12"));
            first = credentials(all, "server");
            renewed = credentials(all, "renewed");
            server = context(only(all, "server"), trusted(all));
            plainClient = context(null, trusted(all));
            agentClient = context(only(all, "agent"), trusted(all));
            foreignClient = context(only(all, "foreign"), trusted(all));
            Files.delete(folder.resolve("keys.p12"));
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make the certificates of the tests", e);
        }
    }

    /** What the server shows and trusts. */
    public static SSLContext server() {
        return INSTANCE.server;
    }

    /** What the server proves itself with at first. */
    public static Credentials first() {
        return INSTANCE.first;
    }

    /** What it proves itself with later. */
    public static Credentials renewed() {
        return INSTANCE.renewed;
    }

    /** A browser or a program: trusts the authority, has no certificate. */
    public static SSLContext client() {
        return INSTANCE.plainClient;
    }

    /** An enrolled agent. */
    public static SSLContext agent() {
        return INSTANCE.agentClient;
    }

    /** Somebody with a certificate of another authority that carries our authority's name, so that a client dares to show it. */
    public static SSLContext foreigner() {
        return INSTANCE.foreignClient;
    }

    private static void key(Path folder, String alias, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                folder.resolve("keys.p12").toString()));
        command.addAll(more);
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!tool.waitFor(30, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while keytool runs", e);
        }
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static Credentials credentials(KeyStore all, String alias) throws GeneralSecurityException {
        List<X509Certificate> chain = Stream.of(all.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toList();
        return new Credentials((PrivateKey) all.getKey(alias, PASSWORD.toCharArray()), chain, Set.of(chain.getLast()));
    }

    private static KeyStore only(KeyStore all, String alias) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                alias,
                all.getKey(alias, PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                all.getCertificateChain(alias));
        return store;
    }

    private static KeyStore trusted(KeyStore all) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", all.getCertificate("authority"));
        return store;
    }

    private static SSLContext context(@Nullable KeyStore keys, KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (keys != null) {
            own.init(keys, PASSWORD.toCharArray());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
