package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.Waiting;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.ApiException;
import io.holdfast.harness.appliance.NodeProcess;
import io.holdfast.harness.fault.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class NodeTest {

    private static final int REFUSED = 3;
    private static final int SMALL_DISK_MEBIBYTES = 256;
    private static final Duration COMMAND_MAX = Duration.ofSeconds(60);
    private static final Duration LOG_MAX = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void startsWithEveryComponentAndKeepsItsOneTimePasswordOffTheDisk() throws Exception {
        try (NodeProcess node =
                NodeProcess.start(Nodes.appliance(folder.resolve("data"))).awaitReady()) {
            String password = node.oneTimePassword();
            assertThat(password).as("printed on first start").isNotNull();

            Api.signIn(node);

            assertThat(filesWith(folder.resolve("data"), password)).isEmpty();
        }
    }

    @Test
    void asksForANewPasswordOnlyOnce() throws Exception {
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        try (NodeProcess first = NodeProcess.start(settings).awaitReady()) {
            Api.signIn(first);
            assertThat(first.stop()).isZero();
        }

        try (NodeProcess second = NodeProcess.start(settings).awaitReady()) {
            assertThat(second.oneTimePassword()).isNull();
            assertThat(Api.signIn(second).get("/status").isMissingNode()).isFalse();
        }
    }

    @Test
    void comesBackAfterAKill() throws Exception {
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        try (NodeProcess first = NodeProcess.start(settings).awaitReady()) {
            Api.signIn(first);
            first.kill();
        }

        try (NodeProcess second = NodeProcess.start(settings).awaitReady()) {
            assertThat(Api.signIn(second).get("/machines")).isEmpty();
        }
    }

    @Test
    void refusesAFolderThatIsInUse() throws Exception {
        Path data = folder.resolve("data");
        try (NodeProcess first = NodeProcess.start(Nodes.appliance(data)).awaitReady();
                NodeProcess second = NodeProcess.start(Nodes.appliance(data))) {
            assertThat(second.awaitEnd()).isEqualTo(REFUSED);
            assertThat(String.join("\n", second.output())).contains("DATA_FOLDER_IN_USE", data.toString());
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void refusesAPortThatIsInUse() throws Exception {
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        for (int port : new int[] {
            settings.ports().console(),
            settings.ports().processServer(),
            settings.ports().masterTarget()
        }) {
            try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    NodeProcess node = NodeProcess.start(settings)) {
                assertThat(node.awaitEnd()).isEqualTo(REFUSED);
                assertThat(String.join("\n", node.output()))
                        .contains("PORT_IN_USE", Integer.toString(taken.getLocalPort()));
            }
        }
    }

    @Test
    void refusesAFolderOfANewerVersionAndACopiedOne() throws Exception {
        Path data = folder.resolve("data");
        try (NodeProcess node = NodeProcess.start(Nodes.appliance(data)).awaitReady()) {
            node.stop();
        }
        Path copy = folder.resolve("copy");
        copy(data, copy);
        try (NodeProcess node = NodeProcess.start(Nodes.appliance(copy))) {
            assertThat(node.awaitEnd()).isEqualTo(REFUSED);
            assertThat(String.join("\n", node.output())).contains("DATA_FOLDER_COPIED", "--accept-copy");
        }

        Path identity = data.resolve("node.properties");
        Files.writeString(identity, Files.readString(identity).replace("format=1", "format=99"));
        try (NodeProcess node = NodeProcess.start(Nodes.appliance(data))) {
            assertThat(node.awaitEnd()).isEqualTo(REFUSED);
            assertThat(String.join("\n", node.output())).contains("DATA_FOLDER_NEWER");
        }
    }

    @Test
    void refusesAFolderThatIsReadOnlyAndOneWithoutRoom() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        try (SmallDisk disk = SmallDisk.under(data, SMALL_DISK_MEBIBYTES)) {
            assertRefused(data, disk::fill, "DISK_FULL");
            disk.empty();
            assertRefused(data, () -> mount("remount,ro", data), "DATA_FOLDER_READ_ONLY");
            mount("remount,rw", data);

            try (NodeProcess node = NodeProcess.start(Nodes.appliance(data)).awaitReady()) {
                assertThat(node.stop()).isZero();
            }
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    private static void assertRefused(Path data, Change change, String code) throws Exception {
        change.make();
        try (NodeProcess node = NodeProcess.start(Nodes.appliance(data))) {
            assertThat(node.awaitEnd()).isEqualTo(REFUSED);
            assertThat(String.join("\n", node.output())).contains(code, data.toString());
        }
    }

    private static void mount(String option, Path folder) throws IOException {
        ProcessTools.run(COMMAND_MAX, List.of("mount", "-o", option, folder.toString()))
                .orThrow("mount");
    }

    @Test
    void listensOnOneAddressUnderFurtherNames() throws Exception {
        Path data = folder.resolve("data");
        NodeProcess.Settings settings = new NodeProcess.Settings(
                Nodes.PRODUCT,
                data,
                "all",
                Nodes.freePorts(),
                List.of("--bind", "127.0.0.2", "--name", "dr.example", "--name", "192.0.2.7"));
        try (NodeProcess node = NodeProcess.start(settings).awaitReady()) {
            SSLContext tls = new Certificates(folder).showingNone(data.resolve("identity/authority.pem"));
            for (String name : List.of("dr.example", "192.0.2.7", "127.0.0.2", "localhost")) {
                try (SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                        .createSocket(
                                new Socket("127.0.0.2", settings.ports().console()),
                                name,
                                settings.ports().console(),
                                true)) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    socket.setSSLParameters(parameters);

                    socket.startHandshake();
                }
            }
            Waiting.until(
                    "the agent is heard of",
                    LOG_MAX,
                    () -> Files.readString(data.resolve("logs/holdfast.log")).contains("agent is heard of"));
            assertThat(node.stop()).isZero();
        }
    }

    @Test
    void goesOnAfterGarbageOnEveryPort() throws Exception {
        try (NodeProcess node =
                NodeProcess.start(Nodes.appliance(folder.resolve("data"))).awaitReady()) {
            Api api = Api.signIn(node);
            NodeProcess.Ports ports = node.settings().ports();
            for (int port : new int[] {ports.console(), ports.processServer(), ports.masterTarget()}) {
                for (byte[] garbage : garbage()) {
                    send(port, garbage);
                }
            }

            assertThat(api.get("/machines")).isEmpty();
            assertThatThrownBy(() -> api.get("/machines/none"))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo("NOT_FOUND"));
        }
    }

    private static List<byte[]> garbage() {
        byte[] random = new byte[65_536];
        new Random(20_261_121).nextBytes(random);
        return List.of(
                new byte[0],
                new byte[] {0},
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                // a TLS record that announces more than TLS allows
                new byte[] {0x16, 3, 1, (byte) 0xFF, (byte) 0xFF, 1, 2, 3},
                // a ClientHello that is cut
                new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3},
                random);
    }

    private static void send(int port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(bytes);
                out.flush();
                socket.shutdownOutput();
                socket.getInputStream().readNBytes(1 << 16);
            } catch (IOException _) {
                // cut in the middle: what one would hope for
            }
        }
    }

    private static List<Path> filesWith(Path folder, String text) throws IOException {
        List<Path> found = new ArrayList<>();
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.size(file) < 32 << 20 && contains(Files.readAllBytes(file), wanted)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static boolean contains(byte[] content, byte[] wanted) {
        return new String(content, StandardCharsets.ISO_8859_1)
                .contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(source)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path source, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.copy(source, to.resolve(from.relativize(source)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
