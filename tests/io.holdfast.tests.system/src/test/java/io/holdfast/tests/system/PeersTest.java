package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.Waiting;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever connects to the ports of the replication, with all kinds of certificates and all kinds of bytes. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeersTest {

    private static final Duration LOG_MAX = Duration.ofSeconds(60);
    private static final int TWO_GIBIBYTES_LESS_ONE = Integer.MAX_VALUE;
    private static final int TWO_GIBIBYTES = Integer.MIN_VALUE;
    private static final int LARGEST_HELLO = 638;
    private static final int LARGEST_FRAME = 4 << 20;
    private static final int ANNOUNCEMENTS = 40;
    private static final double GROWTH_MEBIBYTES_MAX = 100;

    private final List<Port> ports = new ArrayList<>();
    private Certificates certificates;
    private Path authority;
    private NodeProcess node;
    private TestAgent agent;
    private TestAgent stranger;
    private UUID machine;
    private SSLContext nodeTls;

    /** A listening port, and the certificate that may use it. */
    private record Port(String role, int number, SSLContext right) {}

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        certificates = new Certificates(Files.createDirectory(folder.resolve("certificates")));
        node = NodeProcess.start(Nodes.appliance(folder.resolve("data"))).awaitReady();
        Path identity = node.settings().data().resolve("identity");
        authority = Files.copy(identity.resolve("authority.pem"), folder.resolve("certificates/authority.pem"));
        Files.copy(identity.resolve("authority.key"), folder.resolve("certificates/authority.key"));
        Api api = Api.signIn(node);
        agent = TestAgent.enrol(node, api, certificates, "agent-of-a-test");
        stranger = TestAgent.enrol(node, api, certificates, "another-agent");
        machine = agent.protect(api, "shop");
        Path own = Files.copy(
                identity.resolve("node.pem"),
                folder.resolve("certificates/node.pem"),
                StandardCopyOption.REPLACE_EXISTING);
        nodeTls = certificates.showing(own, own, authority);
        ports.add(new Port("process server", node.settings().ports().processServer(), agent.tls()));
        ports.add(new Port("master target", node.settings().ports().masterTarget(), nodeTls));
    }

    @AfterAll
    void stop() {
        Stream.of(agent, stranger).filter(Objects::nonNull).forEach(TestAgent::close);
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void servesThoseWhoAreRight() throws IOException {
        assertThat(node.isAlive()).isTrue();
        for (Port port : ports) {
            try (Peer peer = Peer.connect(port.number(), port.right())) {
                peer.send(Peer.hello(1, 1, machine));

                Peer.Frame answer = peer.receive();

                assertThat(answer.type()).as("%s: %s", port.role(), answer).isEqualTo(Peer.WELCOME);
            }
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws IOException {
        Path key = certificates.newKey("foreign-agent");
        Path foreign = certificates.sign(
                certificates.request(key, "Holdfast node"), certificates.newAuthority("foreign-authority"), 10);

        assertRefusedInTls(certificates.showing(key, foreign, authority), "CERTIFICATE_FOREIGN", "alert: certificate_");
    }

    @Test
    void refusesACertificateThatHasExpired() throws IOException {
        Path key = certificates.newKey("expired-agent");
        Path expired = certificates.sign(certificates.request(key, "Holdfast node"), authority, -1);

        assertRefusedInTls(certificates.showing(key, expired, authority), "CERTIFICATE_EXPIRED", "alert: certificate_");
    }

    @Test
    void refusesWhoShowsNoCertificate() throws IOException {
        assertRefusedInTls(certificates.showingNone(authority), "PROTOCOL_ERROR", "certificate_required");
    }

    @Test
    void refusesAnAgentThatCarriesAnothersMachine() throws IOException {
        assertRefused(ports.getFirst().number(), stranger.tls(), Peer.hello(1, 1, machine), "NOT_AUTHORISED");
        assertRefused(ports.getFirst().number(), agent.tls(), Peer.hello(1, 1, new UUID(1, 2)), "NOT_AUTHORISED");
        assertRefused(ports.getFirst().number(), nodeTls, Peer.hello(1, 1, machine), "NOT_AUTHORISED");
    }

    @Test
    void refusesAnAgentAtTheMasterTarget() throws IOException {
        assertRefused(ports.getLast().number(), agent.tls(), new byte[0], "NOT_AUTHORISED");
    }

    @Test
    void refusesAFrameThatIsTooLargeBeforeItArrives() throws IOException {
        for (Port port : ports) {
            for (byte[] start : List.of(
                    Peer.header(1, Peer.HELLO, LARGEST_HELLO + 1),
                    Peer.header(1, Peer.BATCH, LARGEST_FRAME + 1),
                    Peer.header(1, Peer.BATCH, TWO_GIBIBYTES_LESS_ONE),
                    Peer.header(1, Peer.BATCH, TWO_GIBIBYTES))) {
                assertRefused(port.number(), port.right(), start, "FRAME_TOO_LARGE");
            }
        }
    }

    @Test
    void takesNoMemoryForWhatIsOnlyAnnounced() throws IOException {
        for (Port port : ports) {
            assertRefused(port.number(), port.right(), Peer.header(1, Peer.BATCH, TWO_GIBIBYTES), "FRAME_TOO_LARGE");
        }
        double before = ProcessTools.residentMebibytes(node.pid());

        for (int i = 0; i < ANNOUNCEMENTS; i++) {
            Port port = ports.get(i % ports.size());
            assertRefused(port.number(), port.right(), Peer.header(1, Peer.BATCH, TWO_GIBIBYTES), "FRAME_TOO_LARGE");
        }

        assertThat(ProcessTools.residentMebibytes(node.pid()) - before)
                .as("MiB that the node grew by for %d announcements of 2 GiB", ANNOUNCEMENTS)
                .isLessThan(GROWTH_MEBIBYTES_MAX);
    }

    @Test
    void refusesGarbageInsideTls() throws IOException {
        byte[] random = new byte[65_536];
        new Random(20_261_121).nextBytes(random);
        byte[] bent = Peer.hello(1, 1, machine);
        bent[bent.length - 1] ^= 1;
        for (Port port : ports) {
            assertRefused(port.number(), port.right(), random, "PROTOCOL_ERROR");
            assertRefused(port.number(), port.right(), bent, "PROTOCOL_ERROR");
            assertRefused(port.number(), port.right(), Peer.frame(99, new byte[0]), "PROTOCOL_ERROR");
            assertRefused(port.number(), port.right(), Peer.frame(Peer.BATCH, new byte[64]), "PROTOCOL_ERROR");
        }
    }

    @Test
    void refusesAVersionThatItDoesNotSpeak() throws IOException {
        for (Port port : ports) {
            assertRefused(port.number(), port.right(), Peer.header(2, Peer.HELLO, 100), "VERSION_UNSUPPORTED");
            assertRefused(port.number(), port.right(), Peer.hello(2, 7, machine), "VERSION_UNSUPPORTED");
        }
    }

    @Test
    void doesNotWaitForEverForTheRestOfAFrame() throws IOException {
        byte[] half = Arrays.copyOf(Peer.hello(1, 1, machine), 40);
        for (Port port : ports) {
            assertRefused(port.number(), port.right(), half, "TIMEOUT");
        }
    }

    @Test
    void refusesAStreamThatEndsInTheMiddleOfAFrame() throws IOException {
        byte[] half = Arrays.copyOf(Peer.hello(1, 1, machine), 40);
        for (Port port : ports) {
            int logged = log().size();
            try (Peer peer = Peer.connect(port.number(), port.right())) {
                peer.send(half);
                peer.end();
                assertThat(peer.ends()).isTrue();
            }
            awaitLogged(logged, "PROTOCOL_ERROR");
        }
    }

    /** TLS 1.3 ends our half of the handshake before the node has looked at our certificate, so the alert comes with the first read. */
    private void assertRefusedInTls(SSLContext tls, String code, String alert) throws IOException {
        for (Port port : ports) {
            int logged = log().size();

            assertThatThrownBy(() -> {
                        try (Peer peer = Peer.connect(port.number(), tls)) {
                            peer.receive();
                        }
                    })
                    .as(port.role())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(alert);

            awaitLogged(logged, "code=" + code);
        }
    }

    private void assertRefused(int port, SSLContext tls, byte[] bytes, String code) throws IOException {
        int logged = log().size();
        try (Peer peer = Peer.connect(port, tls)) {
            peer.send(bytes);

            Peer.Frame answer = peer.receive();

            assertThat(answer.type()).isEqualTo(Peer.REFUSED);
            assertThat(answer.code()).isEqualTo(code);
            assertThat(peer.ends()).as("the session ends").isTrue();
        }
        awaitLogged(logged, code);
    }

    private void awaitLogged(int from, String text) {
        Waiting.until("the log names " + text, LOG_MAX, () -> {
            List<String> lines = log();
            return lines.subList(Math.min(from, lines.size()), lines.size()).stream()
                    .anyMatch(line -> line.contains(text));
        });
    }

    private List<String> log() {
        try {
            return Files.readAllLines(node.settings().data().resolve("logs/holdfast.log"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
