package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers and clients as wholes: many sessions, many threads, beginning and end. */
@Timeout(60)
class TransportLifeTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TransportTls.KeyMaterial SERVER_KEYS = AUTHORITY.issue("server");
    private static final TransportTls.KeyMaterial CLIENT_KEYS = AUTHORITY.issue("client");
    private static final TransportLimits LIMITS = TransportLimits.DEFAULT.withStartMillis(1_000, 10_000);

    private final List<RecordingHandler> atServer = Collections.synchronizedList(new ArrayList<>());
    private final TransportServer server = TransportServer.listen(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LIMITS,
            new TransportTls(() -> SERVER_KEYS),
            PeerCheck.AUTHENTICATED,
            _ -> newHandler());
    private final TransportClient client =
            TransportClient.create(LIMITS, new TransportTls(() -> CLIENT_KEYS), PeerCheck.AUTHENTICATED);

    private RecordingHandler newHandler() {
        RecordingHandler handler = new RecordingHandler();
        atServer.add(handler);
        return handler;
    }

    @AfterEach
    void closeBoth() {
        client.close();
        server.close();
    }

    private Session connect(RecordingHandler handler) throws Exception {
        return client.connect(server.address(), handler).get(30, TimeUnit.SECONDS);
    }

    @Test
    void takesMessagesOfOneSessionFromManyThreads() throws Exception {
        int threads = 4;
        int messagesEach = 500;
        RecordingHandler handler = new RecordingHandler();
        Session session = connect(handler);
        session.offer(Messages.hello());
        session.offer(Messages.openEpoch());

        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> senders = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                senders.add(executor.submit(() -> sendQueries(session, number, messagesEach)));
            }
            for (Future<?> sender : senders) {
                sender.get(20, TimeUnit.SECONDS);
            }
        }
        RecordingHandler receiver = atServer.getFirst();
        receiver.awaitMessages(2 + threads * messagesEach);

        for (int thread = 0; thread < threads; thread++) {
            int number = thread;
            List<Long> ids = receiver.messages().stream()
                    .filter(message -> message instanceof Message.HashQuery query && query.disk() == number)
                    .map(message -> ((Message.HashQuery) message).id())
                    .toList();
            assertThat(ids)
                    .as("messages of thread %d, in order", thread)
                    .hasSize(messagesEach)
                    .isSorted();
        }
    }

    private static void sendQueries(Session session, int disk, int count) {
        for (int id = 0; id < count; id++) {
            assertThat(session.offer(new Message.HashQuery(id, disk, 0, 1, false)))
                    .isTrue();
        }
    }

    @Test
    void servesManySessionsAtOnce() throws Exception {
        int sessions = 40;
        Message.Batch batch = new Message.Batch(1, 1, 1, ByteBuffer.allocate(100_000));
        List<Session> connected = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            connected.add(connect(new RecordingHandler()));
        }
        for (Session session : connected) {
            session.offer(Messages.hello());
            session.offer(Messages.openEpoch());
            for (int i = 0; i < 10; i++) {
                assertThat(session.offer(batch)).isTrue();
            }
        }

        for (RecordingHandler handler : atServer) {
            handler.awaitMessages(12);
            assertThat(handler.messages().subList(2, 12)).containsOnly(batch);
        }
        assertThat(server.sessions()).isEqualTo(sessions);
    }

    @Test
    void givesUpConnectingToASilentServerInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) silent.getLocalSocketAddress();
            long started = System.nanoTime();

            assertThatThrownBy(() ->
                            client.connect(address, new RecordingHandler()).get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
            assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
        }
    }

    @Test
    void endsInTimeAlthoughAPeerDoesNotAnswer() throws Exception {
        try (JdkPeer deaf = JdkPeer.connect(server.address(), CLIENT_KEYS)) {
            deaf.receive();
            long started = System.nanoTime();

            server.close();

            assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
            assertThat(deaf.receive()).isEqualTo(new Message.Bye("shutting down"));
        }
    }

    @Test
    void leavesNoThreadsBehind() throws Exception {
        connect(new RecordingHandler());

        client.close();
        server.close();

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!ourThreads().isEmpty()) {
            assertThat(System.nanoTime())
                    .as("waited 10 s for %s to end", ourThreads())
                    .isLessThan(deadline);
            for (Thread thread : ourThreads()) {
                thread.join(100);
            }
        }
    }

    private static Set<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("Nio") || thread.getName().startsWith("holdfast-transport"))
                .collect(Collectors.toSet());
    }

    @Test
    void refusesToConnectOnceItIsClosed() {
        client.close();

        assertThatThrownBy(() -> connect(new RecordingHandler()))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));
    }
}
