package io.holdfast.mobility.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.identity.Pem;
import io.holdfast.model.NodeCredentials;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * The certificate that an agent got at its enrolment, with its key, and the authority it trusts. One file each in the agent's folder, mode
 * 0600. Thread-safe.
 *
 * @since 1.0
 */
public final class AgentCredentials implements NodeCredentials {

    private final Path file;
    private final Path authorityFile;
    private final SecureRandom random;
    private volatile Optional<Credentials> credentials = Optional.empty();

    /** A key that waits for its certificate. */
    record Wish(KeyPair pair, String requestPem) {}

    /**
     * Reads what is there.
     *
     * @param folder of the agent; created when it is not there
     * @param authorityFile PEM file with the authority's certificate; it may come later
     * @param random for keys
     * @throws HoldfastException {@code DISK_ERROR}, {@code INVALID_ARGUMENT} when a file is damaged
     */
    public AgentCredentials(Path folder, Path authorityFile, SecureRandom random) {
        this.file = folder.resolve("agent.pem");
        this.authorityFile = authorityFile;
        this.random = random;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.toString(), "cannot be created: " + e.getMessage(), e);
        }
        if (Files.exists(file)) {
            String text = Pem.read(file);
            List<X509Certificate> chain = Pem.certificates(text, file.toString());
            credentials = Optional.of(new Credentials(Pem.key(text, file.toString()), chain, Set.of(authority())));
        }
    }

    /**
     * Tells whether there is a certificate that is in its time.
     *
     * @param utcMillis now
     * @return false before the first enrolment and when the certificate has ended
     */
    boolean isUsable(long utcMillis) {
        return credentials
                .map(known ->
                        utcMillis <= known.chain().getFirst().getNotAfter().getTime())
                .orElse(false);
    }

    /**
     * Tells whether the next certificate should be asked for.
     *
     * @param utcMillis now
     * @return true when half of the present one's time is over
     */
    boolean isRenewalDue(long utcMillis) {
        return credentials
                .map(known -> utcMillis > middle(known.chain().getFirst()))
                .orElse(false);
    }

    private static long middle(X509Certificate certificate) {
        long begin = certificate.getNotBefore().getTime();
        return begin + (certificate.getNotAfter().getTime() - begin) / 2;
    }

    /**
     * Reads the certificate that the agent trusts.
     *
     * @return the authority's
     * @throws HoldfastException {@code INVALID_ARGUMENT} when the file is not there or holds none
     */
    X509Certificate authority() {
        if (!Files.isReadable(authorityFile)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "authority file " + authorityFile,
                    "cannot be read; expected the PEM file with the certificate of the configuration server's authority");
        }
        return Pem.certificates(Pem.read(authorityFile), authorityFile.toString())
                .getFirst();
    }

    @Override
    public Credentials current() {
        return credentials.orElseThrow(() -> new HoldfastException(
                ErrorCode.NOT_AUTHENTICATED,
                "agent",
                "is not enrolled; expected an enrolment token at its first start"));
    }

    /** Makes a new key and a request for it. */
    Wish wish() {
        KeyPair pair = CertificateAuthority.newKeyPair(random);
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(
                    new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=holdfast-agent"), pair.getPublic())
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("a request of constant form can be made", e);
        }
        return new Wish(pair, text.toString());
    }

    /** Takes the certificate for a wish. Durable on return. */
    void accept(Wish wish, String certificatePem, String chainPem) {
        PrivateKey key = wish.pair().getPrivate();
        List<X509Certificate> chain = Pem.certificates(certificatePem + "\n" + chainPem, "enrolment answer");
        if (!chain.getFirst().getPublicKey().equals(wish.pair().getPublic())) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR, "enrolment answer", "its certificate is for another key");
        }
        Pem.write(file, Pem.ofKey(key) + Pem.ofCertificates(chain));
        credentials = Optional.of(new Credentials(key, chain, Set.of(authority())));
    }
}
