package io.holdfast.mobility.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.identity.Pem;
import io.holdfast.mobility.control.EnrolmentServer.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EnrolmentTest {

    private static final Asked BY_CERTIFICATE = new Asked("", true);

    private final Path folder;
    private final Path tokenFile;
    private final AgentClock clock = new AgentClock();
    private final CertificateAuthority authority;
    private final EnrolmentServer server;
    private final AgentCredentials credentials;
    private final Enrolment enrolment;

    EnrolmentTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        tokenFile = folder.resolve("token");
        authority = CertificateAuthority.open(folder.resolve("authority"), TimeSource.SYSTEM, new SecureRandom());
        server = new EnrolmentServer(authority);
        Path authorityFile = folder.resolve("authority.pem");
        Pem.write(authorityFile, Pem.ofCertificates(List.of(authority.certificate())));
        credentials = new AgentCredentials(folder.resolve("agent"), authorityFile, new SecureRandom());
        enrolment = new Enrolment(
                new ServerPoll.Settings(server.address(), "host-1", "1.0.0", tokenFile),
                credentials,
                new JsonMapper(),
                clock);
    }

    @BeforeEach
    void giveAToken() throws IOException {
        Files.writeString(tokenFile, "first\n");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void enrolsWithItsTokenAndKeepsTheCertificate() throws Exception {
        enrolment.keep();
        enrolment.keep();

        assertThat(server.asked()).containsExactly(new Asked("first", false));
        AgentCredentials read =
                new AgentCredentials(folder.resolve("agent"), folder.resolve("authority.pem"), new SecureRandom());
        assertThat(read.current().chain().getFirst()).isEqualTo(certificate());
    }

    @Test
    void saysThatATokenIsMissing() throws IOException {
        Files.delete(tokenFile);

        assertThatThrownBy(enrolment::keep)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_AUTHENTICATED))
                .hasMessageContaining(tokenFile.toString());
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void renewsByItsCertificateWhenHalfOfItsTimeIsOver() throws Exception {
        enrolment.keep();
        X509Certificate first = certificate();
        clock.advance(EnrolmentServer.VALID.dividedBy(2).minusDays(1));
        enrolment.keep();
        assertThat(certificate()).as("not yet").isEqualTo(first);

        clock.advance(Duration.ofDays(1));
        enrolment.keep();

        assertThat(certificate()).isNotEqualTo(first);
        assertThat(server.asked()).containsExactly(new Asked("first", false), BY_CERTIFICATE);
    }

    @Test
    void goesOnWithItsCertificateWhenARenewalFails() throws Exception {
        enrolment.keep();
        X509Certificate first = certificate();
        clock.advance(EnrolmentServer.VALID.dividedBy(2));
        server.refusal.set(ErrorCode.OVERLOADED);

        enrolment.keep();
        enrolment.keep();

        assertThat(certificate()).isEqualTo(first);
        assertThat(server.asked()).as("asked once, then a pause").hasSize(2);
        server.refusal.set(null);
        clock.advance(Duration.ofMinutes(10));
        enrolment.keep();
        assertThat(certificate()).isNotEqualTo(first);
    }

    @Test
    void enrolsAnewWithATokenWhenItsCertificateHasEnded() throws Exception {
        enrolment.keep();
        clock.advance(EnrolmentServer.VALID.plusDays(1));
        Files.writeString(tokenFile, "second\n");

        enrolment.keep();

        assertThat(server.asked()).containsExactly(new Asked("first", false), new Asked("second", false));
    }

    @Test
    void enrolsAnewWithANewTokenWhenItsCertificateIsRefused() throws Exception {
        enrolment.keep();
        X509Certificate first = certificate();

        enrolment.failed(new HoldfastException(ErrorCode.NOT_AUTHENTICATED, "certificate", "not known here"));
        enrolment.keep();
        assertThat(certificate()).as("the old token is spent").isEqualTo(first);
        assertThat(server.asked()).hasSize(1);

        Files.writeString(tokenFile, "second\n");
        enrolment.keep();
        enrolment.keep();

        assertThat(certificate()).isNotEqualTo(first);
        assertThat(server.asked()).containsExactly(new Asked("first", false), new Asked("second", false));
    }

    @Test
    void takesAFailureOfTheNetworkForNoRefusal() throws Exception {
        enrolment.keep();
        Files.writeString(tokenFile, "second\n");

        enrolment.failed(new HoldfastException(ErrorCode.NETWORK, "configuration server", "away"));
        enrolment.keep();

        assertThat(server.asked()).hasSize(1);
    }

    private X509Certificate certificate() {
        return credentials.current().chain().getFirst();
    }

    /** The clock of the agent's host, set forward by the test; certificates are made and checked by the real one. */
    private static final class AgentClock implements TimeSource {

        private Duration ahead = Duration.ZERO;

        void advance(Duration by) {
            ahead = ahead.plus(by);
        }

        @Override
        public long utcMillis() {
            return SYSTEM.utcMillis() + ahead.toMillis();
        }

        @Override
        public long monotonicNanos() {
            return SYSTEM.monotonicNanos() + ahead.toNanos();
        }
    }
}
