package io.holdfast.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

    private final SecureRandom random = new SecureRandom();
    private final Clock clock = new Clock();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void keepsItsKeyWhereOnlyItsOwnerReads() throws Exception {
        authority();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("authority.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void isTheSameAfterARestart() {
        X509Certificate first = authority().certificate();

        assertThat(authority().certificate()).isEqualTo(first);
    }

    @Test
    void certifiesWhatTheJdkAccepts() throws Exception {
        CertificateAuthority authority = authority();
        KeyPair pair = CertificateAuthority.newKeyPair(random);

        X509Certificate certificate = authority.certifyRequest(request(pair, pair), "agent-1", Duration.ofDays(1));

        validate(certificate, authority.certificate(), new Date(clock.millis));
        assertThat(CertificateAuthority.Names.of(certificate).commonName()).isEqualTo("agent-1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void certificatesEnd() throws Exception {
        CertificateAuthority authority = authority();
        KeyPair pair = CertificateAuthority.newKeyPair(random);
        X509Certificate certificate = authority.certifyRequest(request(pair, pair), "agent-1", Duration.ofDays(1));

        Date later = new Date(clock.millis + Duration.ofDays(2).toMillis());

        assertThatThrownBy(() -> validate(certificate, authority.certificate(), later))
                .hasMessageContaining("validity");
    }

    @Test
    void refusesARequestThatIsNotSignedByItsOwnKey() {
        assertRefused(() -> authority()
                .certifyRequest(
                        request(CertificateAuthority.newKeyPair(random), CertificateAuthority.newKeyPair(random)),
                        "agent-1",
                        Duration.ofDays(1)));
    }

    @Test
    void refusesAWeakKeyAndGarbage() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        KeyPair weak = rsa.generateKeyPair();

        assertRefused(() -> authority().certifyRequest(request(weak, weak), "agent-1", Duration.ofDays(1)));
        assertRefused(() -> authority().certifyRequest("hello", "agent-1", Duration.ofDays(1)));
        assertRefused(() -> authority()
                .certifyRequest(
                        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
                        "agent-1",
                        Duration.ofDays(1)));
    }

    @Test
    void saysWhenItsKeyWasLost() throws Exception {
        authority();
        Files.delete(folder.resolve("authority.key"));

        assertThatThrownBy(this::authority)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING));
    }

    @Test
    void finishesAFirstStartThatWasInterrupted() throws Exception {
        authority();
        Files.delete(folder.resolve("authority.pem"));

        assertThat(authority().certificate()).isNotNull();
    }

    @Test
    void renewsTheNodesCertificateInTime() {
        NodeCertificate node = node(Set.of("localhost"));
        X509Certificate first = node.current().chain().getFirst();

        clock.millis += Duration.ofDays(59).toMillis();
        assertThat(node.current().chain().getFirst()).isEqualTo(first);
        clock.millis += Duration.ofDays(2).toMillis();

        assertThat(node.current().chain().getFirst()).isNotEqualTo(first);
    }

    @Test
    void keepsTheNodesCertificateOverARestartUnlessItsNamesChange() {
        X509Certificate first = node(Set.of("localhost")).current().chain().getFirst();

        assertThat(node(Set.of("localhost")).current().chain().getFirst()).isEqualTo(first);
        assertThat(node(Set.of("localhost", "other")).current().chain().getFirst())
                .isNotEqualTo(first);
    }

    private NodeCertificate node(Set<String> dnsNames) {
        return new NodeCertificate(
                authority(),
                folder,
                new CertificateAuthority.Names("node", dnsNames, Set.of("127.0.0.1")),
                clock,
                random);
    }

    private CertificateAuthority authority() {
        return CertificateAuthority.open(folder, clock, random);
    }

    private static String request(KeyPair pair, KeyPair signer) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            String algorithm = signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            writer.writeObject(new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=anything"), pair.getPublic())
                    .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
        }
        return text.toString();
    }

    private static void validate(X509Certificate certificate, X509Certificate anchor, Date at) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(at);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    private static final class Clock implements TimeSource {
        private long millis = 1_800_000_000_000L;

        @Override
        public long utcMillis() {
            return millis;
        }

        @Override
        public long monotonicNanos() {
            return millis * 1_000_000;
        }
    }
}
