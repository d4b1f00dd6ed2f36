package io.holdfast.identity;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.model.NodeCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The certificate of the node that has the authority, for its servers and for its own sessions. Made anew when two thirds of its time are over
 * or when the node is reached under other names. Thread-safe.
 *
 * @since 1.0
 */
public final class NodeCertificate implements NodeCredentials {

    /** How long a node's certificate is valid. */
    static final Duration VALID = Duration.ofDays(90);

    private static final Duration RENEW_BEFORE = VALID.dividedBy(3);

    private final CertificateAuthority authority;
    private final Path file;
    private final CertificateAuthority.Names names;
    private final TimeSource time;
    private final SecureRandom random;

    private Credentials credentials;

    /**
     * Reads the node's certificate, or makes it.
     *
     * @param authority signs it
     * @param folder holds its file; exists
     * @param names under which the node is reached
     * @param time decides when it is renewed
     * @param random for a new key
     * @throws HoldfastException {@code DISK_ERROR}
     */
    public NodeCertificate(
            CertificateAuthority authority,
            Path folder,
            CertificateAuthority.Names names,
            TimeSource time,
            SecureRandom random) {
        this.authority = authority;
        this.file = folder.resolve("node.pem");
        this.names = names;
        this.time = time;
        this.random = random;
        this.credentials = readOrRenew();
    }

    @Override
    public synchronized Credentials current() {
        if (isDue(credentials.chain().getFirst())) {
            credentials = renew();
        }
        return credentials;
    }

    private Credentials readOrRenew() {
        if (!Files.exists(file)) {
            return renew();
        }
        String text = Pem.read(file);
        X509Certificate certificate = Pem.certificates(text, file.toString()).getFirst();
        if (isDue(certificate) || !names.equals(CertificateAuthority.Names.of(certificate))) {
            return renew();
        }
        return credentials(Pem.key(text, file.toString()), certificate);
    }

    private Credentials renew() {
        KeyPair pair = CertificateAuthority.newKeyPair(random);
        X509Certificate certificate = authority.certify(names, pair.getPublic(), VALID);
        Pem.write(file, Pem.ofKey(pair.getPrivate()) + Pem.ofCertificates(List.of(certificate)));
        return credentials(pair.getPrivate(), certificate);
    }

    private Credentials credentials(PrivateKey key, X509Certificate certificate) {
        return new Credentials(key, List.of(certificate, authority.certificate()), Set.of(authority.certificate()));
    }

    private boolean isDue(X509Certificate certificate) {
        return time.utcMillis() > certificate.getNotAfter().getTime() - RENEW_BEFORE.toMillis();
    }
}
