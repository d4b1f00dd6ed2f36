package io.holdfast.console.rest.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.internal.http.Access;
import io.holdfast.console.rest.internal.http.HttpMethod;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.console.rest.internal.http.Router;
import io.holdfast.console.rest.internal.server.ServerSettings.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a stranger can do to the port, in bytes. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {

    private static final String GET = "GET /api/hello HTTP/1.1\r\nHost: localhost\r\n";

    private final Semaphore slowCallsBegan = new Semaphore(0);
    private final Semaphore slowCallsMayEnd = new Semaphore(0);
    private final ConsoleServer server = ConsoleServer.start(
            new ServerSettings(
                    "127.0.0.1",
                    0,
                    new Limits(100, 3, Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofMillis(500))),
            TestTls::server,
            api());

    private Api api() {
        Router router = new Router(List.of(
                Route.of("hello", HttpMethod.GET, "/api/hello", Access.PUBLIC, _ -> Reply.ok(List.of("hello"))),
                Route.of("slow", HttpMethod.GET, "/api/slow", Access.PUBLIC, _ -> slow()),
                Route.of(
                        "echo", HttpMethod.POST, "/api/echo", Access.PUBLIC, call -> Reply.ok(call.body(Echo.class)))));
        return new Api(router, (_, _) -> Optional.empty(), new JsonCodec());
    }

    private Reply slow() {
        slowCallsBegan.release();
        try {
            boolean inTime = slowCallsMayEnd.tryAcquire(20, TimeUnit.SECONDS);
            return Reply.ok(List.of(inTime));
        } catch (InterruptedException e) {
            throw new IllegalStateException("calls are never interrupted", e);
        }
    }

    @AfterAll
    void stop() {
        server.close();
        server.close();
    }

    @Test
    void bothVersionsOfTlsAreSpokenAndNoOlderOne() throws IOException {
        assertThat(exchange(GET + "Connection: close\r\n\r\n", "TLSv1.3"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("[\"hello\"]");
        assertThat(exchange(GET + "Connection: close\r\n\r\n", "TLSv1.2")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void certificateOfAnotherAuthorityIsTurnedAway() {
        assertThatThrownBy(() -> {
                    try (SSLSocket socket = connect(TestTls.foreigner(), "TLSv1.2")) {
                        socket.startHandshake();
                    }
                })
                .isInstanceOfAny(SSLException.class, SocketException.class);
        assertThatServerIsWell();
    }

    @Test
    void garbageInsteadOfTlsClosesTheConnectionAndNothingElse() throws IOException {
        Random random = new Random(20_261_121);
        for (int round = 0; round < 20; round++) {
            byte[] garbage = new byte[random.nextInt(2_000) + 1];
            random.nextBytes(garbage);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                readToEnd(socket);
            }
        }
        assertThatServerIsWell();
    }

    @Test
    void plainHttpIsNotAnswered() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((GET + "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(readToEnd(socket)).doesNotContain("200", "hello");
        }
    }

    @Test
    void garbageInsteadOfHttpIsRefused() throws IOException {
        Random random = new Random(20_261_122);
        for (int round = 0; round < 20; round++) {
            byte[] garbage = new byte[200];
            random.nextBytes(garbage);
            assertThat(exchange(new String(garbage, StandardCharsets.ISO_8859_1) + "\r\n\r\n", "TLSv1.3"))
                    .doesNotContain("HTTP/1.1 2");
        }
        assertThatServerIsWell();
    }

    @Test
    void requestsThatCouldMeanTwoThingsAreRefused() throws IOException {
        String rest = "Connection: close\r\n\r\n";
        assertThat(exchange("GET /api/hello HTTP/1.1\r\n" + rest, "TLSv1.3")).startsWith("HTTP/1.1 400");
        assertThat(exchange("GET /api/../hello HTTP/1.1\r\nHost: a\r\n" + rest, "TLSv1.3"))
                .startsWith("HTTP/1.1 404");
        assertThat(exchange("GET /api/%2e%2e/hello HTTP/1.1\r\nHost: a\r\n" + rest, "TLSv1.3"))
                .startsWith("HTTP/1.1 400");
        assertThat(exchange("GET /api/hel%2flo HTTP/1.1\r\nHost: a\r\n" + rest, "TLSv1.3"))
                .startsWith("HTTP/1.1 400");
        assertThat(exchange(
                        "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
                                + rest + "0\r\n\r\n",
                        "TLSv1.3"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void hugeHeadersAreRefused() throws IOException {
        String answer = exchange(GET + "X-Long: " + "a".repeat(40_000) + "\r\nConnection: close\r\n\r\n", "TLSv1.3");

        assertThat(answer).startsWith("HTTP/1.1 431").contains("FRAME_TOO_LARGE");
    }

    @Test
    void bodyAnnouncedAtTwoGibibytesIsNotWaitedFor() throws IOException {
        String answer = exchange(
                "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n"
                        + "a".repeat(70_000),
                "TLSv1.3");

        assertThat(answer)
                .startsWith("HTTP/1.1 413")
                .contains("FRAME_TOO_LARGE")
                .containsIgnoringCase("Connection: close");
    }

    @Test
    void answerThatNeedsNoBodyWaitsForItAndTheConnectionGoesOn() throws Exception {
        String head = "POST /api/nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
        try (SSLSocket socket = connect(TestTls.client(), "TLSv1.3")) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(10_000);

            out.write(new byte[100_000]);
            out.write((GET + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();

            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 404").contains("HTTP/1.1 200 OK");
        }
    }

    @Test
    void connectionThatTricklesItsRequestIsEnded() throws IOException {
        try (SSLSocket socket = connect(TestTls.client(), "TLSv1.3")) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> {
                        for (char next : (GET + "X-Slow: " + "a".repeat(400)).toCharArray()) {
                            socket.getOutputStream().write(next);
                            socket.getOutputStream().flush();
                            LockSupport.parkNanos(100_000_000);
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void connectionBeyondTheBoundWaitsUntilAnotherEnds() throws Exception {
        Duration patience = Duration.ofSeconds(30);
        ServerSettings two =
                new ServerSettings("127.0.0.1", 0, new Limits(2, 3, patience, patience, Duration.ofSeconds(1)));
        try (ConsoleServer small = ConsoleServer.start(two, TestTls::server, api());
                SSLSocket first = connect(TestTls.client(), "TLSv1.3", small.port());
                SSLSocket second = connect(TestTls.client(), "TLSv1.3", small.port());
                SSLSocket third = connect(TestTls.client(), "TLSv1.3", small.port())) {
            first.startHandshake();
            second.startHandshake();
            third.setSoTimeout(1_000);
            assertThatThrownBy(third::startHandshake).isInstanceOf(SocketTimeoutException.class);
            first.close();
            try (SSLSocket fourth = connect(TestTls.client(), "TLSv1.3", small.port())) {
                third.close();
                fourth.getOutputStream().write((GET + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(readToEnd(fourth)).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void portThatIsTakenIsNamed() {
        ServerSettings same = ServerSettings.of("127.0.0.1", server.port());

        assertThatThrownBy(
                        () -> ConsoleServer.start(same, TestTls::server, api()).close())
                .isInstanceOfSatisfying(HoldfastException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.PORT_IN_USE);
                    assertThat(error.object()).isEqualTo("address 127.0.0.1:" + server.port());
                });
    }

    @Test
    void addressThatIsNotOursIsNamed() {
        ServerSettings foreign = ServerSettings.of("192.0.2.1", 0);

        assertThatThrownBy(() ->
                        ConsoleServer.start(foreign, TestTls::server, api()).close())
                .isInstanceOfSatisfying(HoldfastException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                    assertThat(error).hasMessageContaining("192.0.2.1");
                });
    }

    @Test
    void callUnderWayIsAnsweredWhenTheServerStops() throws Exception {
        ConsoleServer stopping = ConsoleServer.start(ServerSettings.of("127.0.0.1", 0), TestTls::server, api());
        try (SSLSocket socket = connect(TestTls.client(), "TLSv1.3", stopping.port())) {
            socket.getOutputStream()
                    .write("GET /api/slow HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(slowCallsBegan.tryAcquire(30, TimeUnit.SECONDS))
                    .as("the call began")
                    .isTrue();
            Thread stop = Thread.ofPlatform().start(stopping::close);
            slowCallsMayEnd.release();
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 200").contains("[true]");
            assertThat(stop.join(Duration.ofSeconds(10)))
                    .as("the server stopped")
                    .isTrue();
        }
    }

    @Test
    void callBeyondTheBoundIsRefusedAndTheNextOneServed() throws Exception {
        byte[] request =
                "GET /api/slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (SSLSocket first = connect(TestTls.client(), "TLSv1.3");
                SSLSocket second = connect(TestTls.client(), "TLSv1.3");
                SSLSocket third = connect(TestTls.client(), "TLSv1.3")) {
            for (SSLSocket socket : List.of(first, second, third)) {
                socket.getOutputStream().write(request);
            }
            assertThat(slowCallsBegan.tryAcquire(3, 10, TimeUnit.SECONDS))
                    .as("three calls began")
                    .isTrue();

            assertThat(exchange(GET + "Connection: close\r\n\r\n", "TLSv1.3"))
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 5", "OVERLOADED");

            slowCallsMayEnd.release(3);
            for (SSLSocket socket : List.of(first, second, third)) {
                assertThat(readToEnd(socket)).startsWith("HTTP/1.1 200");
            }
        }
        assertThatServerIsWell();
    }

    private void assertThatServerIsWell() {
        try {
            assertThat(exchange(GET + "Connection: close\r\n\r\n", "TLSv1.3")).startsWith("HTTP/1.1 200 OK");
        } catch (IOException e) {
            throw new AssertionError("the server does not answer any more", e);
        }
    }

    private String exchange(String request, String version) throws IOException {
        try (SSLSocket socket = connect(TestTls.client(), version)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return readToEnd(socket);
        }
    }

    private SSLSocket connect(SSLContext context, String version) throws IOException {
        return connect(context, version, server.port());
    }

    private static SSLSocket connect(SSLContext context, String version, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    /** Everything up to the end, however abrupt that is. */
    private static String readToEnd(Socket socket) {
        StringBuilder read = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.append((char) next);
            }
        } catch (SSLException | SocketException _) {
            // an abrupt end is an end
        } catch (IOException e) {
            throw new AssertionError("the connection stays open after: " + read, e);
        }
        return read.toString();
    }

    record Echo(String text) {}
}
