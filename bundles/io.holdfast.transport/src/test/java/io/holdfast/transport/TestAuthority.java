package io.holdfast.transport;

import io.holdfast.transport.TransportTls.KeyMaterial;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;

/** An authority for tests, with EC P-256 keys. */
final class TestAuthority {

    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));

    private final X500Principal name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    TestAuthority(String commonName) {
        this.name = new X500Principal("CN=" + commonName);
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
        X509Certificate issued = sign(new X500Principal("CN=" + commonName), own, notBefore, notAfter, false);
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

    private X509Certificate sign(
            X500Principal subject, KeyPair subjectKeys, Instant notBefore, Instant notAfter, boolean authority) {
        byte[] basicConstraints = Der.sequence(
                Der.identifier("2.5.29.19"),
                Der.yes(),
                Der.octets(authority ? Der.sequence(Der.yes()) : Der.sequence()));
        byte[] toBeSigned = Der.sequence(
                Der.context(0, Der.integer(2)),
                Der.integer(SERIAL.incrementAndGet()),
                ECDSA_WITH_SHA256,
                name.getEncoded(),
                Der.sequence(Der.time(notBefore), Der.time(notAfter)),
                subject.getEncoded(),
                subjectKeys.getPublic().getEncoded(),
                Der.context(3, Der.sequence(basicConstraints)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(toBeSigned);
            byte[] certificate = Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
