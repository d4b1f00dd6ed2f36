package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.FrameDecoder;
import io.holdfast.wire.FrameEncoder;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An independent implementation of TLS at the other end: the {@code openssl} program. */
@Timeout(60)
class OpensslTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TransportTls.KeyMaterial OUR_KEYS = AUTHORITY.issue("ours");
    private static final long WAIT_SECONDS = 10;

    private static final Path FOLDER = createFolder();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RecordingHandler handler = new RecordingHandler();

    private int port;

    private static Path createFolder() {
        try {
            return Files.createTempDirectory("holdfast-openssl");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void writePemFiles() throws IOException, GeneralSecurityException {
        TransportTls.KeyMaterial theirs = AUTHORITY.issue("theirs");
        Files.writeString(
                FOLDER.resolve("key.pem"), pem("PRIVATE KEY", theirs.key().getEncoded()));
        X509Certificate own = theirs.chain().getFirst();
        Files.writeString(FOLDER.resolve("cert.pem"), pem("CERTIFICATE", own.getEncoded()));
        Files.writeString(
                FOLDER.resolve("ca.pem"),
                pem("CERTIFICATE", AUTHORITY.certificate().getEncoded()));
    }

    @AfterAll
    static void deletePemFiles() throws IOException {
        for (String name : List.of("key.pem", "cert.pem", "ca.pem")) {
            Files.deleteIfExists(FOLDER.resolve(name));
        }
        Files.delete(FOLDER);
    }

    private static String pem(String type, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : opened.reversed()) {
            closeable.close();
        }
    }

    private TransportServer server() {
        TransportServer server = TransportServer.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TransportLimits.DEFAULT,
                new TransportTls(() -> OUR_KEYS),
                PeerCheck.AUTHENTICATED,
                _ -> handler);
        opened.add(server);
        return server;
    }

    private Process openssl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).start();
        opened.add(() -> {
            process.destroyForcibly();
            process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
        });
        return process;
    }

    private Process client(TransportServer server, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "s_client",
                "-quiet",
                "-no_ign_eof",
                "-connect",
                "127.0.0.1:" + server.address().getPort(),
                "-CAfile",
                "ca.pem"));
        arguments.addAll(Arrays.asList(more));
        return openssl(arguments.toArray(String[]::new));
    }

    private static byte[] frame(Message message) {
        ByteBuffer all = ByteBuffer.allocate(1_000);
        for (ByteBuffer part : new FrameEncoder(WireLimits.FRAME_BYTES_MAX).encode(message)) {
            all.put(part);
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    private static void type(Process process, byte[] bytes) throws IOException {
        process.getOutputStream().write(bytes);
        process.getOutputStream().flush();
    }

    /** Reads messages from what the program prints. */
    private static List<Message> messages(Process process, int count) throws Exception {
        CompletableFuture<List<Message>> read = CompletableFuture.supplyAsync(() -> {
            List<Message> messages = new ArrayList<>();
            FrameDecoder decoder = new FrameDecoder(WireLimits.FRAME_BYTES_MAX);
            byte[] bytes = new byte[10_000];
            try {
                int length = 0;
                while (messages.size() < count && length >= 0) {
                    length = process.getInputStream().read(bytes);
                    decoder.feed(ByteBuffer.wrap(bytes, 0, Math.max(0, length)), messages::add);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return messages;
        });
        return read.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private static String errors(Process process) throws Exception {
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS))
                .as("openssl ended")
                .isTrue();
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void servesAnOpensslClientThroughChangesOfKeys() throws Exception {
        Process client = client(server(), "-cert", "cert.pem", "-key", "key.pem");
        assertThat(messages(client, 1)).containsExactly(new Message.Ping(0));

        type(client, "K\n".getBytes(StandardCharsets.US_ASCII)); // asks for a change of keys both ways
        pause();
        type(client, frame(Messages.hello()));
        handler.awaitMessages(1);
        handler.session().offer(Messages.welcome());

        assertThat(messages(client, 1)).containsExactly(Messages.welcome());
        assertThat(handler.session().peer().commonName()).isEqualTo("theirs");
        handler.session().close("enough");
        assertThat(messages(client, 1)).containsExactly(new Message.Bye("enough"));
        assertThat(errors(client)).doesNotContain("error");
    }

    /** The program takes a letter for a command only when it is all it reads at once. */
    private static void pause() throws InterruptedException {
        assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void refusesAnOpensslClientOfTls12WithAnAlert() throws Exception {
        Process client = client(server(), "-tls1_2", "-cert", "cert.pem", "-key", "key.pem");

        assertThat(errors(client)).contains("alert protocol version");
        assertThat(handler.wasOpened()).isFalse();
    }

    @Test
    void refusesAnOpensslClientWithoutACertificateWithAnAlert() throws Exception {
        Process client = client(server());

        assertThat(errors(client)).contains("alert certificate required");
        assertThat(handler.wasOpened()).isFalse();
    }

    @Test
    void speaksOnlyTheSuitesOfTheProtocol() throws Exception {
        TransportServer server = server();

        for (String suite :
                List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256")) {
            Process client = client(server, "-ciphersuites", suite, "-cert", "cert.pem", "-key", "key.pem");
            assertThat(messages(client, 1)).as(suite).containsExactly(new Message.Ping(0));
        }
        Process other =
                client(server, "-ciphersuites", "TLS_AES_128_CCM_SHA256", "-cert", "cert.pem", "-key", "key.pem");
        assertThat(errors(other)).contains("handshake failure");
    }

    @Test
    void connectsToAnOpensslServer() throws Exception {
        Process server = openssl(
                "s_server",
                "-quiet",
                "-Verify",
                "1",
                "-verify_return_error",
                "-CAfile",
                "ca.pem",
                "-cert",
                "cert.pem",
                "-key",
                "key.pem",
                "-accept",
                "127.0.0.1:" + freePort());
        CompletableFuture<Session> connected = connect();
        type(server, frame(new Message.Ping(7)));

        Session session = connected.get(WAIT_SECONDS, TimeUnit.SECONDS);
        session.offer(Messages.hello());

        assertThat(messages(server, 2)).containsExactly(new Message.Pong(7), Messages.hello());
        assertThat(session.peer().commonName()).isEqualTo("theirs");
    }

    @Test
    void doesNotConnectToAnOpensslServerOfTls12() throws Exception {
        openssl(
                "s_server",
                "-quiet",
                "-tls1_2",
                "-cert",
                "cert.pem",
                "-key",
                "key.pem",
                "-accept",
                "127.0.0.1:" + freePort());

        assertThatThrownBy(() -> connect().get(WAIT_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    }

    private int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        return port;
    }

    /** Connects once the program listens. */
    private CompletableFuture<Session> connect() throws InterruptedException {
        TransportClient client = TransportClient.create(
                TransportLimits.DEFAULT, new TransportTls(() -> OUR_KEYS), PeerCheck.AUTHENTICATED);
        opened.add(client);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (true) {
            CompletableFuture<Session> attempt =
                    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), handler);
            pause();
            if (!isRefusedByNetwork(attempt) || System.nanoTime() > deadline) {
                return attempt;
            }
        }
    }

    private static boolean isRefusedByNetwork(CompletableFuture<Session> attempt) {
        return attempt.isCompletedExceptionally()
                && attempt.exceptionNow() instanceof HoldfastException error
                && error.code() == ErrorCode.NETWORK;
    }
}
