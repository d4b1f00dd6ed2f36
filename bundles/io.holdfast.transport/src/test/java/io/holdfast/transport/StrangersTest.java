package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.wire.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers on the JDK's sockets that do not do what they should; after each of them a good one gets its session. */
@Timeout(60)
class StrangersTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TransportTls.KeyMaterial SERVER_KEYS = AUTHORITY.issue("server");
    private static final TransportTls.KeyMaterial CLIENT_KEYS = AUTHORITY.issue("client");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RecordingHandler atServer = new RecordingHandler();
    private TransportLimits limits = TransportLimits.DEFAULT;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : opened.reversed()) {
            closeable.close();
        }
    }

    private TransportServer server() {
        TransportServer server = TransportServer.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                limits,
                new TransportTls(() -> SERVER_KEYS),
                PeerCheck.AUTHENTICATED,
                _ -> atServer);
        opened.add(server);
        return server;
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    /** Connects, waits for the greeting and says hello. */
    private JdkPeer session(TransportServer server) throws IOException {
        JdkPeer peer = opened(JdkPeer.connect(server.address(), CLIENT_KEYS));
        assertThat(peer.receive()).isInstanceOf(Message.Ping.class);
        peer.send(Messages.hello());
        return peer;
    }

    private void assertStillServes(TransportServer server) throws IOException {
        int before = atServer.messages().size();
        session(server);
        atServer.awaitMessages(before + 1);
    }

    @Test
    void servesAPeerOnTheJdksSockets() throws IOException {
        JdkPeer peer = session(server());

        atServer.awaitMessages(1);
        atServer.session().offer(Messages.welcome());
        assertThat(peer.receive()).isEqualTo(Messages.welcome());
        atServer.session().close("enough");
        assertThat(peer.receive()).isEqualTo(new Message.Bye("enough"));
        assertThat(peer.awaitEnd()).as("ended in order").isTrue();
    }

    @Test
    void dropsGarbageInPlaceOfTls() throws IOException {
        TransportServer server = server();
        Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(garbage);
            JdkPeer peer = opened(JdkPeer.connectPlain(server.address()));
            peer.sendBytes(garbage);
            peer.endOutput();
            peer.awaitEnd();
        }

        assertThat(server.sessions()).isZero();
        assertStillServes(server);
    }

    @Test
    void refusesTls12() throws IOException {
        TransportServer server = server();
        SSLSocket socket = (SSLSocket) JdkPeer.context(CLIENT_KEYS)
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        opened(socket);

        assertThat(opened(new JdkPeer(socket, socket)).awaitEnd()).isFalse();

        assertThat(atServer.wasOpened()).isFalse();
        assertStillServes(server);
    }

    @Test
    void cutsAHandshakeThatTricklesIn() throws Exception {
        limits = limits.withStartMillis(300, 5_000);
        TransportServer server = server();
        JdkPeer peer = opened(JdkPeer.connectPlain(server.address()));
        long started = System.nanoTime();

        boolean cut = false;
        peer.sendBytes(new byte[] {22, 3, 1, 64, 0});
        while (!cut && System.nanoTime() - started < TimeUnit.SECONDS.toNanos(30)) {
            cut = !trickles(peer);
        }

        assertThat(cut).isTrue();
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
        assertStillServes(server);
    }

    private static boolean trickles(JdkPeer peer) throws InterruptedException {
        try {
            peer.sendBytes(new byte[] {1});
            return !new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void cutsAConnectionThatSaysNothing() throws IOException {
        limits = limits.withStartMillis(300, 5_000);
        TransportServer server = server();
        JdkPeer peer = opened(JdkPeer.connectPlain(server.address()));
        long started = System.nanoTime();

        peer.awaitEnd();

        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
        assertThat(server.sessions()).isZero();
    }

    @Test
    void closesConnectionsBeyondTheHandshakesItHasRoomFor() throws IOException {
        limits = limits.withCounts(8, 3);
        TransportServer server = server();
        List<JdkPeer> idle = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            idle.add(opened(JdkPeer.connectPlain(server.address())));
        }

        int rounds = 0;
        boolean oneEnded = false;
        while (!oneEnded && rounds < 20) {
            for (JdkPeer peer : List.copyOf(idle)) {
                if (peer.endsWithin(100)) {
                    idle.remove(peer);
                    oneEnded = true;
                }
            }
            rounds++;
        }

        assertThat(idle)
                .as("connections still open when one too many was closed")
                .hasSize(3);
        for (JdkPeer peer : idle) {
            peer.reset();
        }
        awaitServed(server);
    }

    /** The server notices only after a moment that connections are gone. */
    private void awaitServed(TransportServer server) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!atServer.wasOpened()) {
            assertThat(System.nanoTime()).as("waited 10 s for a session").isLessThan(deadline);
            try {
                session(server);
                atServer.session();
            } catch (IOException _) {
                // not yet
            }
        }
    }

    @Test
    void refusesAFrameThatAnnounces2GiBBeforeItArrives() throws IOException {
        TransportServer server = server();
        JdkPeer peer = session(server);

        peer.sendBytes(header(Integer.MIN_VALUE));

        assertThat(peer.receive())
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE));
        assertThat(peer.awaitEnd()).as("ended in order").isTrue();
        assertThat(atServer.cause()).isInstanceOf(CloseCause.Failed.class);
        assertStillServes(server);
    }

    @Test
    void refusesAFrameOfOneByteTooManyAndDropsWhatFollows() throws IOException {
        TransportServer server = server();
        JdkPeer peer = session(server);

        peer.sendBytes(header((4 << 20) - 19));
        peer.sendBytes(new byte[4 << 20]);

        assertThat(peer.receive())
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE));
        assertStillServes(server);
    }

    @Test
    void refusesGarbageInsideTls() throws IOException {
        TransportServer server = server();
        JdkPeer peer = session(server);

        peer.sendBytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(peer.receive())
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
        assertStillServes(server);
    }

    /** A header of a Records frame whose checksum is right. */
    private static byte[] header(int payloadLength) {
        ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        header.put("HFR1".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 1)
                .put((byte) 5)
                .put((byte) 0)
                .putInt(payloadLength);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, 12);
        return header.putInt((int) crc.getValue()).array();
    }

    @Test
    void namesAConnectionThatIsResetInMidStream() throws IOException {
        JdkPeer peer = session(server());
        atServer.awaitMessages(1);

        peer.reset();

        assertThat(atServer.cause())
                .isInstanceOfSatisfying(
                        CloseCause.Failed.class,
                        failed -> assertThat(failed.error().code()).isEqualTo(ErrorCode.NETWORK));
    }

    @Test
    void namesAStreamThatEndsInTheMiddleOfAFrame() throws IOException {
        JdkPeer peer = session(server());
        atServer.awaitMessages(1);

        peer.sendBytes(header(1_000));
        peer.endOutput();

        assertThat(peer.receive())
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
        assertThat(peer.awaitEnd()).as("ended in order").isTrue();
    }

    @Test
    void sendsWhatItHasTakenAfterThePeerHasEndedItsHalf() throws IOException {
        Message.HashAnswer large = new Message.HashAnswer(1, ByteBuffer.allocate(12 * 60_000));
        JdkPeer peer = session(server());
        atServer.awaitMessages(1);
        for (int i = 0; i < 10; i++) {
            assertThat(atServer.session().offer(large)).isTrue();
        }

        peer.endOutput();

        for (int i = 0; i < 10; i++) {
            assertThat(peer.receive()).isEqualTo(large);
        }
        assertThat(peer.awaitEnd()).as("ended in order").isTrue();
        assertThat(atServer.cause()).isInstanceOf(CloseCause.ClosedByPeer.class);
    }

    @Test
    void endsASessionThatHasGoneSilent() throws IOException {
        limits = limits.withSilenceMillis(100, 400);
        JdkPeer peer = session(server());

        Message last = peer.receive();
        while (last instanceof Message.Ping) {
            last = peer.receive();
        }

        assertThat(last)
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TIMEOUT));
    }

    @Test
    void doesNotCollectAnswersForAPeerThatPingsAndDoesNotRead() throws IOException {
        JdkPeer peer = session(server());
        atServer.awaitMessages(1);
        ByteBuffer pings = ByteBuffer.allocate(28 * 100_000);
        ByteBuffer[] ping = new io.holdfast.wire.FrameEncoder(1 << 20).encode(new Message.Ping(1));
        while (pings.hasRemaining()) {
            for (ByteBuffer part : ping) {
                pings.put(part.duplicate());
            }
        }

        for (int i = 0; i < 5; i++) {
            peer.sendBytes(pings.array());
        }
        peer.send(Messages.openEpoch());
        atServer.awaitMessages(2);

        assertThat(atServer.session().outgoingBytes()).isLessThan(1_000);
    }
}
