package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's side, byte by byte, and what it does with a server that breaks the protocol. */
@Timeout(60)
class ClientProtocolTest {

    private static final String OPTION = "49484156454f5054 ";
    private static final String REPLY = "0003e889045565a9 ";
    private static final String CHUNK = "668e33ef ";
    private static final String SIMPLE = "67446698 ";

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final UnixDomainSocketAddress address;
    private final ServerSocketChannel listening;

    ClientProtocolTest(@TempDir Path folder) throws IOException {
        address = UnixDomainSocketAddress.of(folder.resolve("s"));
        listening = RawPeer.listen(address);
    }

    @AfterEach
    void end() throws IOException {
        callers.shutdownNow();
        listening.close();
    }

    /** A client and the server it talks to, which is the test. */
    private record Pair(NbdClient client, RawPeer server) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            server.close();
            client.close();
        }
    }

    private Future<NbdClient> connecting(String... contexts) {
        return connecting(10_000, contexts);
    }

    private Future<NbdClient> connecting(int timeoutMillis, String... contexts) {
        NbdClientOptions options =
                NbdClientOptions.DEFAULT.withContexts(contexts).withTimeoutMillis(timeoutMillis);
        return callers.submit(() -> NbdClient.connect(address, "disk", options));
    }

    private RawPeer accept() throws IOException {
        return new RawPeer(listening.accept());
    }

    private static NbdClient get(Future<NbdClient> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    /** A connection with structured replies and base:allocation, whose id is 9. */
    private Pair agreed() throws Exception {
        return agreed(connecting(NbdContexts.ALLOCATION));
    }

    private Pair agreed(Future<NbdClient> client) throws Exception {
        RawPeer server = accept();
        server.send(RawPeer.GREETING)
                .expect("00000003")
                .expect(OPTION + "00000008 00000000")
                .send(REPLY + "00000008 00000001 00000000")
                .expect(OPTION + "0000000a 0000001f 00000004 6469736b 00000001 0000000f 626173653a616c6c6f636174696f6e")
                .send(REPLY + "0000000a 00000004 00000013 00000009 626173653a616c6c6f636174696f6e")
                .send(REPLY + "0000000a 00000001 00000000")
                .expect(OPTION + "00000007 0000000c 00000004 6469736b 0001 0003")
                .send(REPLY + "00000007 00000003 0000000c 0000 0000000000100000 006d")
                .send(REPLY + "00000007 00000003 00000004 0063 abcd # unknown information is left out")
                .send(REPLY + "00000007 00000003 0000000e 0003 00000001 00001000 ffffffff")
                .send(REPLY + "00000007 00000001 00000000");
        return new Pair(get(client), server);
    }

    private Future<byte[]> reading(NbdClient client, long offset, int length) {
        return callers.submit(() -> {
            ByteBuffer target = ByteBuffer.allocate(length);
            client.read(offset, target);
            return target.array();
        });
    }

    @Test
    void sendsEveryRequestAsSpecified() throws Exception {
        try (Pair pair = agreed()) {
            Future<?> calls = callers.submit(() -> {
                pair.client().write(16, ByteBuffer.wrap(new byte[] {1, 2, 3}), true);
                pair.client().writeZeroes(32, 64, false, true);
                pair.client().trim(64, 128, true);
                pair.client().flush();
                return null;
            });
            pair.server()
                    .expect("25609513 0001 0001 0000000000000001 0000000000000010 00000003 010203")
                    .send(SIMPLE + "00000000 0000000000000001")
                    .expect("25609513 0002 0006 0000000000000002 0000000000000020 00000040")
                    .send(CHUNK + "0001 0000 0000000000000002 00000000")
                    .expect("25609513 0001 0004 0000000000000003 0000000000000040 00000080")
                    .send(SIMPLE + "00000000 0000000000000003")
                    .expect("25609513 0000 0003 0000000000000004 0000000000000000 00000000")
                    .send(SIMPLE + "00000000 0000000000000004");
            calls.get(30, TimeUnit.SECONDS);
            assertThat(pair.client().blockSizes()).isEqualTo(NbdBlockSizes.DEFAULT);

            pair.client().close();
            pair.server()
                    .expect("25609513 0000 0002 0000000000000005 0000000000000000 00000000")
                    .expectEnd();
        }
    }

    @Test
    void putsChunksTogetherInAnyOrder() throws Exception {
        try (Pair pair = agreed()) {
            Future<byte[]> read = reading(pair.client(), 16, 8);
            pair.server()
                    .expect("25609513 0000 0000 0000000000000001 0000000000000010 00000008")
                    .send(CHUNK + "0000 0001 0000000000000001 0000000b 0000000000000014 aabbcc")
                    .send(CHUNK + "0000 0002 0000000000000001 0000000c 0000000000000017 00000001")
                    .send(CHUNK + "0000 0001 0000000000000001 0000000c 0000000000000010 01020304")
                    .send(CHUNK + "0001 0000 0000000000000001 00000000");

            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(RawPeer.bytes("01020304 aabbcc 00"));
        }
    }

    @Test
    void mixesAnswersToSeveralRequests() throws Exception {
        try (Pair pair = agreed()) {
            Future<byte[]> first = reading(pair.client(), 0, 2);
            pair.server().expect("25609513 0000 0000 0000000000000001 0000000000000000 00000002");
            Future<byte[]> second = reading(pair.client(), 2, 2);
            pair.server()
                    .expect("25609513 0000 0000 0000000000000002 0000000000000002 00000002")
                    .send(CHUNK + "0000 0001 0000000000000001 00000009 0000000000000000 01")
                    .send(CHUNK + "0001 0001 0000000000000002 0000000a 0000000000000002 0304")
                    .send(CHUNK + "0001 0001 0000000000000001 00000009 0000000000000001 02");

            assertThat(second.get(30, TimeUnit.SECONDS)).containsExactly(3, 4);
            assertThat(first.get(30, TimeUnit.SECONDS)).containsExactly(1, 2);
        }
    }

    @Test
    void anErrorChunkFailsTheRequestAlone() throws Exception {
        try (Pair pair = agreed()) {
            Future<byte[]> read = reading(pair.client(), 0, 4);
            pair.server()
                    .expect("25609513 0000 0000 0000000000000001 0000000000000000 00000004")
                    .send(CHUNK + "0000 0001 0000000000000001 0000000a 0000000000000000 0102")
                    .send(CHUNK + "0000 8002 0000000000000001 00000012 00000005 0004 62616421 0000000000000002")
                    .send(CHUNK + "0001 8063 0000000000000001 00000006 0000001c 0000 # an unknown kind of error");

            assertThatThrownBy(() -> read.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            NbdException.class, e -> assertThat(e.error()).isEqualTo(NbdError.EIO))
                    .hasMessage("READ of 0+4 was answered with EIO: bad!");
            assertThat(pair.client().usable()).isTrue();
        }
    }

    @Test
    void blockStatusIsCutToTheRangeAskedAbout() throws Exception {
        try (Pair pair = agreed()) {
            Future<List<NbdExtent>> status =
                    callers.submit(() -> pair.client().blockStatus(NbdContexts.ALLOCATION, 512, 1024));
            pair.server()
                    .expect("25609513 0000 0007 0000000000000001 0000000000000200 00000400")
                    .send(CHUNK + "0001 0005 0000000000000001 00000014 00000009 00000200 00000003 00010000 00000000");

            assertThat(status.get(30, TimeUnit.SECONDS))
                    .containsExactly(new NbdExtent(512, 512, 3), new NbdExtent(1024, 512, 0));
        }
    }

    @Test
    void aServerThatIsAboutToEndIsLeft() throws Exception {
        try (Pair pair = agreed()) {
            Future<byte[]> read = reading(pair.client(), 0, 4);
            pair.server()
                    .expect("25609513 0000 0000 0000000000000001 0000000000000000 00000004")
                    .send(CHUNK + "0001 8001 0000000000000001 00000006 0000006c 0000")
                    .expect("25609513 0000 0002 0000000000000002 0000000000000000 00000000")
                    .expectEnd();

            assertThatThrownBy(() -> read.get(30, TimeUnit.SECONDS)).cause().isInstanceOf(NbdException.class);
            assertThat(pair.client().usable()).isFalse();
        }
    }

    @Test
    void repliesThatBreakTheProtocolEndTheConnection() throws Exception {
        String[] wrong = {
            "11111111 # magic",
            SIMPLE + "00000000 0000000000000001 # simple although structured was agreed",
            SIMPLE + "00000000 0000000000000007 # unknown cookie",
            CHUNK + "0001 0000 0000000000000007 00000000 # unknown cookie",
            CHUNK + "0000 0000 0000000000000001 00000000 # none that is not the last",
            CHUNK + "0001 0000 0000000000000001 00000001 00 # none with content",
            CHUNK + "0001 0001 0000000000000001 00000008 0000000000000000 # no data",
            CHUNK + "0001 0001 0000000000000001 0000000d 0000000000000000 0000000000 # more than asked for",
            CHUNK + "0001 0001 0000000000000001 ffffffff 0000000000000000 # 4 GiB",
            CHUNK + "0001 0001 0000000000000001 00000009 ffffffffffffffff 00 # outside",
            CHUNK + "0001 0001 0000000000000001 0000000a 0000000000000000 0102 # half",
            CHUNK + "0000 0001 0000000000000001 00000009 0000000000000001 01" + CHUNK
                    + "0001 0001 0000000000000001 0000000c 0000000000000000 01020304 # twice",
            CHUNK + "0001 0002 0000000000000001 0000000c 0000000000000000 00000000 # empty hole",
            CHUNK + "0001 0002 0000000000000001 0000000c 0000000000000000 ffffffff # large hole",
            CHUNK + "0001 0005 0000000000000001 0000000c 00000009 00000001 00000000 # status of a read",
            CHUNK + "0001 0009 0000000000000001 00000000 # unknown type",
            CHUNK + "0001 8001 0000000000000001 00000005 0000000500 # short error",
            CHUNK + "0001 8001 0000000000000001 00000006 00000005 0001 # text too long",
            CHUNK + "0001 8001 0000000000000001 00100000 00000005 0001 # much too long",
        };
        for (String reply : wrong) {
            try (Pair pair = agreed()) {
                Future<byte[]> read = reading(pair.client(), 0, 4);
                pair.server().receive(28);
                pair.server().send(reply);

                // Well before the client's own time limit, which would end the call as well.
                assertFails(() -> read.get(8, TimeUnit.SECONDS), reply, ErrorCode.PROTOCOL_ERROR);
                assertThat(pair.client().usable()).describedAs(reply).isFalse();
            }
        }
    }

    @Test
    void handshakesThatBreakTheProtocolEndTheConnection() throws Exception {
        String accepted = RawPeer.GREETING + REPLY + "00000008 80000001 00000000 # no structured replies \n";
        String[] wrong = {
            "4e42444d41474943 0000420281861253 0000",
            "4e42444d41474943 49484156454f5054 0002",
            RawPeer.GREETING + "0003e889045565a8 00000008 00000001 00000000",
            RawPeer.GREETING + REPLY + "00000007 00000001 00000000",
            RawPeer.GREETING + REPLY + "00000008 00000001 00100000",
            RawPeer.GREETING + REPLY + "00000008 00000002 00000000",
            accepted + REPLY + "00000007 00000001 00000000 # no size",
            accepted + REPLY + "00000007 00000003 00000001 00",
            accepted + REPLY + "00000007 00000003 0000000b 0000 00000000001000 006d",
            accepted + REPLY + "00000007 00000003 0000000c 0000 8000000000000000 006d",
            accepted + REPLY + "00000007 00000003 0000000e 0003 00000003 00001000 02000000",
            accepted + (REPLY + "00000007 00000003 00000002 0063").repeat(65),
        };
        for (String script : wrong) {
            Future<NbdClient> client = connecting();
            try (RawPeer server = accept()) {
                server.send(script);

                assertFails(() -> get(client), script, ErrorCode.PROTOCOL_ERROR);
            }
        }
    }

    @Test
    void aServerWithoutGoIsAskedByName() throws Exception {
        Future<NbdClient> client = connecting(NbdContexts.ALLOCATION);
        try (RawPeer server = accept()) {
            server.send("4e42444d41474943 49484156454f5054 0001")
                    .expect("00000001")
                    .expect(OPTION + "00000008 00000000")
                    .send(REPLY + "00000008 80000001 00000000")
                    .expect(OPTION + "00000007 0000000c 00000004 6469736b 0001 0003")
                    .send(REPLY + "00000007 80000001 00000000")
                    .expect(OPTION + "00000001 00000004 6469736b")
                    .send("0000000000001000 0003" + "00".repeat(124));
            NbdClient connected = get(client);
            Future<byte[]> read = reading(connected, 1, 2);
            server.expect("25609513 0000 0000 0000000000000001 0000000000000001 00000002")
                    .send(SIMPLE + "00000000 0000000000000001 0708");

            assertThat(read.get(30, TimeUnit.SECONDS)).containsExactly(7, 8);
            assertThat(connected.readOnly()).isTrue();
            assertThatThrownBy(connected::flush)
                    .isInstanceOf(NbdException.class)
                    .hasMessageContaining("does not offer FLUSH");
            connected.close();
        }
    }

    @Test
    void aServerThatStopsTalkingIsGivenUpInTime() throws Exception {
        NbdClientOptions patient = NbdClientOptions.DEFAULT.withTimeoutMillis(200);
        Future<NbdClient> client = callers.submit(() -> NbdClient.connect(address, "disk", patient));
        try (RawPeer server = accept()) {
            server.send(RawPeer.GREETING);

            assertFails(() -> get(client), "silence", ErrorCode.TIMEOUT);
        }
    }

    @Test
    void aServerThatTakesNothingIsGivenUpInTime() throws Exception {
        try (Pair pair = agreed(connecting(1_000, NbdContexts.ALLOCATION))) {
            long begin = System.nanoTime();
            assertFails(
                    () -> callers.submit(() -> {
                                pair.client().write(0, ByteBuffer.allocate(1 << 20), false);
                                return null;
                            })
                            .get(20, TimeUnit.SECONDS),
                    "a full socket",
                    ErrorCode.TIMEOUT);
            assertThat(System.nanoTime() - begin).isBetween(900_000_000L, 5_000_000_000L);
        }
    }

    @Test
    void aCallAfterClosingSaysSo() throws Exception {
        try (Pair pair = agreed()) {
            pair.client().close();

            assertThatThrownBy(() -> pair.client().read(0, ByteBuffer.allocate(1)))
                    .isInstanceOfSatisfying(
                            NbdConnectionException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));
        }
    }

    private static void assertFails(ThrowingCallable call, String what, ErrorCode code) {
        assertThatThrownBy(call)
                .describedAs(what)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NbdConnectionException.class,
                        e -> assertThat(e.code()).describedAs(what).isEqualTo(code));
    }
}
