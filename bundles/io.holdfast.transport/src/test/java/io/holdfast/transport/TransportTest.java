package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.wire.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TransportTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TransportTls SERVER_KEYS = keys("server");
    private static final TransportTls CLIENT_KEYS = keys("client");
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private TransportLimits limits = TransportLimits.DEFAULT;

    private static TransportTls keys(String name) {
        TransportTls.KeyMaterial material = AUTHORITY.issue(name);
        return new TransportTls(() -> material);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : opened.reversed()) {
            closeable.close();
        }
    }

    private TransportServer server(SessionHandler handler) {
        return server(PeerCheck.AUTHENTICATED, _ -> handler);
    }

    private TransportServer server(PeerCheck check, SessionHandler.Factory handlers) {
        TransportServer server = TransportServer.listen(ANY_PORT, limits, SERVER_KEYS, check, handlers);
        opened.add(server);
        return server;
    }

    private TransportClient client() {
        return client(CLIENT_KEYS);
    }

    private TransportClient client(TransportTls tls) {
        TransportClient client = TransportClient.create(limits, tls, PeerCheck.AUTHENTICATED);
        opened.add(client);
        return client;
    }

    private Session connect(TransportServer server, SessionHandler handler)
            throws InterruptedException, ExecutionException, TimeoutException {
        return client().connect(server.address(), handler).get(30, TimeUnit.SECONDS);
    }

    private static ErrorCode failure(TransportClient client, TransportServer server) {
        RecordingHandler handler = new RecordingHandler();
        try {
            client.connect(server.address(), handler).get(30, TimeUnit.SECONDS);
            throw new AssertionError("a session opened");
        } catch (ExecutionException e) {
            assertThat(handler.wasOpened()).isFalse();
            assertThat(e.getCause()).isInstanceOf(HoldfastException.class);
            return ((HoldfastException) e.getCause()).code();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void carriesMessagesBothWaysAndTellsWhoThePeerIs() throws Exception {
        RecordingHandler atServer = new RecordingHandler((session, message) -> {
            if (message instanceof Message.Hello) {
                session.offer(Messages.welcome());
            }
        });
        RecordingHandler atClient = new RecordingHandler();

        Session session = connect(server(atServer), atClient);
        assertThat(session.offer(Messages.hello())).isTrue();

        atClient.awaitMessages(1);
        assertThat(atServer.messages()).containsExactly(Messages.hello());
        assertThat(atClient.messages()).containsExactly(Messages.welcome());
        assertThat(session.peer().commonName()).isEqualTo("server");
        assertThat(atServer.session().peer().commonName()).isEqualTo("client");
    }

    @Test
    void endsInOrderAndTellsBothSidesWhy() throws Exception {
        RecordingHandler atServer = new RecordingHandler();
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(atServer), atClient);

        session.offer(Messages.hello());
        session.close("done");

        assertThat(atClient.cause()).isEqualTo(new CloseCause.Closed("done"));
        assertThat(atServer.cause()).isEqualTo(new CloseCause.ClosedByPeer("done"));
        assertThat(atServer.messages()).containsExactly(Messages.hello());
        assertThat(session.isOpen()).isFalse();
        assertThat(session.offer(Messages.hello())).isFalse();
        assertThat(atClient.closedCalls()).isEqualTo(1);
    }

    @Test
    void tellsThePeerTheErrorThatAHandlerThrows() throws Exception {
        RecordingHandler atServer = new RecordingHandler((_, _) -> {
            throw new HoldfastException(ErrorCode.EPOCH_STALE, "machine x", "epoch 3 was seen; expected 4");
        });
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(atServer), atClient);

        session.offer(Messages.hello());

        assertThat(atClient.cause()).isInstanceOfSatisfying(CloseCause.RefusedByPeer.class, cause -> {
            assertThat(cause.error().code()).isEqualTo(ErrorCode.EPOCH_STALE);
            assertThat(cause.error()).hasMessage("machine x: epoch 3 was seen; expected 4");
        });
        assertThat(atServer.cause()).isInstanceOf(CloseCause.Failed.class);
    }

    @Test
    void refusesAMessageOutOfTurn() throws Exception {
        RecordingHandler atServer = new RecordingHandler();
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(atServer), atClient);

        session.offer(Messages.openEpoch());

        assertThat(atClient.cause())
                .isInstanceOfSatisfying(
                        CloseCause.RefusedByPeer.class,
                        cause -> assertThat(cause.error().code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
        assertThat(atServer.messages()).isEmpty();
    }

    @Test
    void keepsTheOrderOfManyMessagesOfAnySize() throws Exception {
        Random random = new Random(7);
        RecordingHandler atServer = new RecordingHandler();
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(atServer), atClient);
        List<Message> sent = new ArrayList<>();
        send(session, atClient, sent, Messages.hello());
        send(session, atClient, sent, Messages.openEpoch());
        long sequence = 1;
        for (int i = 0; i < 300; i++) {
            List<StreamRecord> records = new ArrayList<>();
            for (int j = random.nextInt(20); j >= 0; j--) {
                byte[] data = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 200_000 : 6_000)];
                random.nextBytes(data);
                records.add(new StreamRecord.Change(
                        sequence++, 5, ChangeOrigin.GUEST, 0, 0, data.length, ExtentKind.DATA, ByteBuffer.wrap(data)));
            }
            send(session, atClient, sent, new Message.Records(1, records));
        }

        atServer.awaitMessages(sent.size());
        assertThat(atServer.messages()).isEqualTo(sent);
    }

    private static void send(Session session, RecordingHandler handler, List<Message> sent, Message message) {
        int writableCalls = handler.writableCalls();
        while (!session.offer(message)) {
            handler.awaitWritable(writableCalls + 1);
            writableCalls = handler.writableCalls();
        }
        sent.add(message);
    }

    @Test
    void boundsWhatWaitsForAPeerThatDoesNotReadAndSaysWhenThereIsRoom() throws Exception {
        CountDownLatch suspended = new CountDownLatch(1);
        RecordingHandler atServer = new RecordingHandler((session, message) -> {
            if (message instanceof Message.OpenEpoch) {
                session.suspendRead();
                suspended.countDown();
            }
        });
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(atServer), atClient);
        session.offer(Messages.hello());
        session.offer(Messages.openEpoch());
        assertThat(suspended.await(30, TimeUnit.SECONDS)).isTrue();
        AtomicInteger handedOver = new AtomicInteger();

        int taken = offerUntilRefused(session, handedOver);
        long waiting = session.outgoingBytes();
        atServer.session().resumeRead();
        atClient.awaitWritable(1);
        atServer.awaitMessages(2 + taken);

        assertThat(waiting).isLessThanOrEqualTo(limits.outgoingBytesMax()).isGreaterThan(limits.outgoingBytesMax() / 2);
        assertThat(atClient.writableCalls()).isEqualTo(1);
        assertThat(handedOver).hasValue(taken);
    }

    /** A session taken up again must not wait for the selector of its thread to time out, which takes a second. */
    @Test
    void readsAtOnceWhenReadingIsResumed() throws Exception {
        RecordingHandler atServer = new RecordingHandler();
        Session session = connect(server(atServer), new RecordingHandler());
        session.offer(Messages.hello());
        session.offer(Messages.openEpoch());
        atServer.awaitMessages(2);

        long quickest = Long.MAX_VALUE;
        for (int round = 1; round <= 5; round++) {
            atServer.session().suspendRead();
            int taken = atServer.messages().size() + offerUntilRefused(session, new AtomicInteger());
            long resumedAt = System.nanoTime();
            atServer.session().resumeRead();
            atServer.awaitMessages(taken);
            quickest = Math.min(quickest, System.nanoTime() - resumedAt);
        }

        assertThat(quickest).as("nanoseconds to get going again").isLessThan(900_000_000L);
    }

    private static int offerUntilRefused(Session session, AtomicInteger handedOver) {
        Message.Batch batch = new Message.Batch(1, 1, 1, ByteBuffer.allocate(1 << 20));
        int taken = 0;
        while (session.offer(batch, handedOver::incrementAndGet)) {
            taken++;
            assertThat(taken).as("messages taken although nobody reads").isLessThan(100);
        }
        return taken;
    }

    @Test
    void namesAClientCertificateOfAForeignAuthorityOnBothSides() {
        TransportTls.KeyMaterial foreign = new TestAuthority("foreign").issue("stranger");
        TransportTls.KeyMaterial trusting =
                new TransportTls.KeyMaterial(foreign.key(), foreign.chain(), java.util.Set.of(AUTHORITY.certificate()));
        TransportServer server = server(new RecordingHandler());

        assertThat(failure(client(new TransportTls(() -> trusting)), server)).isEqualTo(ErrorCode.CERTIFICATE_FOREIGN);
        assertThat(server.sessions()).isZero();
    }

    @Test
    void namesAServerCertificateOfAForeignAuthority() {
        TransportTls.KeyMaterial foreign = new TestAuthority("foreign").issue("stranger");

        assertThat(failure(client(new TransportTls(() -> foreign)), server(new RecordingHandler())))
                .isEqualTo(ErrorCode.CERTIFICATE_FOREIGN);
    }

    @Test
    void namesAnExpiredClientCertificate() {
        TransportTls.KeyMaterial expired = AUTHORITY.issueExpired("late");

        assertThat(failure(client(new TransportTls(() -> expired)), server(new RecordingHandler())))
                .isEqualTo(ErrorCode.CERTIFICATE_EXPIRED);
    }

    @Test
    void namesAnExpiredServerCertificate() {
        TransportTls.KeyMaterial expired = AUTHORITY.issueExpired("late");
        TransportServer server = TransportServer.listen(
                ANY_PORT,
                limits,
                new TransportTls(() -> expired),
                PeerCheck.AUTHENTICATED,
                _ -> new RecordingHandler());
        opened.add(server);

        assertThat(failure(client(), server)).isEqualTo(ErrorCode.CERTIFICATE_EXPIRED);
    }

    @Test
    void namesKeysThatCannotBeUsed() {
        TransportTls broken = new TransportTls(() -> {
            throw new HoldfastException(ErrorCode.KEY_MISSING, "node.key", "there is no such file");
        });

        assertThat(failure(client(broken), server(new RecordingHandler()))).isEqualTo(ErrorCode.KEY_MISSING);
    }

    @Test
    void usesARenewedCertificateForTheNextSession() throws Exception {
        AtomicReference<TransportTls.KeyMaterial> current = new AtomicReference<>(AUTHORITY.issue("before"));
        RecordingHandler first = new RecordingHandler();
        RecordingHandler second = new RecordingHandler();
        List<RecordingHandler> atServer = new ArrayList<>(List.of(first, second));
        TransportServer server = server(PeerCheck.AUTHENTICATED, _ -> atServer.removeFirst());
        TransportClient client = client(new TransportTls(current::get));

        client.connect(server.address(), new RecordingHandler()).get(30, TimeUnit.SECONDS);
        current.set(AUTHORITY.issue("after"));
        client.connect(server.address(), new RecordingHandler()).get(30, TimeUnit.SECONDS);

        assertThat(first.session().peer().commonName()).isEqualTo("before");
        assertThat(second.session().peer().commonName()).isEqualTo("after");
    }

    @Test
    void tellsAPeerThatItsCertificateMayNotHaveASession() {
        PeerCheck nobody = peer -> {
            throw new HoldfastException(ErrorCode.NOT_AUTHORISED, peer.commonName(), "it is no agent");
        };

        assertThat(failure(client(), server(nobody, _ -> new RecordingHandler())))
                .isEqualTo(ErrorCode.NOT_AUTHORISED);
    }

    @Test
    void tellsAPeerThatItsCertificateMayNotCarryTheMachine() throws Exception {
        PeerCheck wrongMachine = new PeerCheck() {
            @Override
            public void checkPeer(PeerIdentity peer) {}

            @Override
            public void checkHello(PeerIdentity peer, Message.Hello hello) {
                throw new HoldfastException(
                        ErrorCode.NOT_AUTHORISED, peer.commonName(), "it is not for machine " + hello.machine());
            }
        };
        RecordingHandler atServer = new RecordingHandler();
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(wrongMachine, _ -> atServer), atClient);

        session.offer(Messages.hello());

        assertThat(atClient.cause())
                .isInstanceOfSatisfying(
                        CloseCause.RefusedByPeer.class,
                        cause -> assertThat(cause.error().code()).isEqualTo(ErrorCode.NOT_AUTHORISED));
        atServer.cause();
        assertThat(atServer.messages()).isEmpty();
    }

    @Test
    void tellsOneSessionTooManyToComeAgain() throws Exception {
        limits = limits.withCounts(1, 16);
        TransportServer server = server(PeerCheck.AUTHENTICATED, _ -> new RecordingHandler());
        connect(server, new RecordingHandler());

        assertThat(failure(client(), server)).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(server.sessions()).isEqualTo(1);
    }

    @Test
    void refusesAPortThatIsTaken() {
        TransportServer server = server(new RecordingHandler());

        assertThatThrownBy(() -> TransportServer.listen(
                        server.address(), limits, SERVER_KEYS, PeerCheck.AUTHENTICATED, _ -> new RecordingHandler()))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE));
    }

    @Test
    void namesAServerThatIsNotThere() {
        TransportServer server = server(new RecordingHandler());
        server.close();

        assertThat(failure(client(), server)).isEqualTo(ErrorCode.NETWORK);
    }

    @Test
    void endsASessionWhoseHelloDoesNotCome() throws Exception {
        limits = limits.withStartMillis(5_000, 200);
        RecordingHandler atClient = new RecordingHandler();
        connect(server(new RecordingHandler()), atClient);

        assertThat(atClient.cause())
                .isInstanceOfSatisfying(
                        CloseCause.RefusedByPeer.class,
                        cause -> assertThat(cause.error().code()).isEqualTo(ErrorCode.TIMEOUT));
    }

    @Test
    void keepsAQuietSessionOpenByPings() throws Exception {
        limits = limits.withSilenceMillis(100, 400);
        CountDownLatch closed = new CountDownLatch(1);
        RecordingHandler atServer = new RecordingHandler();
        RecordingHandler atClient = new RecordingHandler();
        Session session = connect(server(atServer), atClient);
        session.offer(Messages.hello());

        assertThat(closed.await(1_200, TimeUnit.MILLISECONDS)).isFalse();

        assertThat(session.isOpen()).isTrue();
        assertThat(atServer.session().isOpen()).isTrue();
    }

    @Test
    void closingTheServerEndsItsSessionsInOrder() throws Exception {
        RecordingHandler atClient = new RecordingHandler();
        TransportServer server = server(new RecordingHandler());
        connect(server, atClient);

        server.close();

        assertThat(atClient.cause()).isEqualTo(new CloseCause.ClosedByPeer("shutting down"));
        assertThat(server.sessions()).isZero();
    }
}
