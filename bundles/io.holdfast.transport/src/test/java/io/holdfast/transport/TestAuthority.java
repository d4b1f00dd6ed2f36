package io.holdfast.transport;

import io.holdfast.transport.TransportTls.KeyMaterial;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority for tests, with EC P-256 keys. */
final class TestAuthority {

    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    TestAuthority(String commonName) {
        this.name = new X500Name("CN=" + commonName);
        this.keys = newKeys();
        Instant now = Instant.now();
        this.certificate = sign(name, keys, now.minus(Duration.ofDays(400)), now.plus(Duration.ofDays(400)), true);
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Key material of a node whose certificate is in its time. */
    KeyMaterial issue(String commonName) {
        Instant now = Instant.now();
        return issue(commonName, now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1)));
    }

    /** Key material of a node whose certificate has run out. */
    KeyMaterial issueExpired(String commonName) {
        Instant now = Instant.now();
        return issue(commonName, now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));
    }

    KeyMaterial issue(String commonName, Instant notBefore, Instant notAfter) {
        KeyPair own = newKeys();
        X509Certificate issued = sign(new X500Name("CN=" + commonName), own, notBefore, notAfter, false);
        return new KeyMaterial(own.getPrivate(), List.of(issued), Set.of(certificate));
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(X500Name subject, KeyPair subjectKeys, Instant notBefore, Instant notAfter, boolean authority) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(SERIAL.incrementAndGet()),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    subject,
                    subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
