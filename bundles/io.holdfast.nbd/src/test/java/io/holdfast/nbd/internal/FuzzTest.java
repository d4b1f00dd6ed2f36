package io.holdfast.nbd.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.TimeSource;
import io.holdfast.nbd.NbdClientTls;
import io.holdfast.nbd.NbdCommand;
import io.holdfast.nbd.NbdConnectionEnd;
import io.holdfast.nbd.NbdConnectionException;
import io.holdfast.nbd.NbdConnectionInfo;
import io.holdfast.nbd.NbdConnectionListener;
import io.holdfast.nbd.NbdContexts;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdFeature;
import io.holdfast.nbd.NbdServerTls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Streams that are nearly right. A server must end the connection with a reason that is not a failure of its own, a client with an
 * {@code IOException}; neither may hang, for every stream has an end, nor touch what it was not asked for. A failure names its seed.
 */
@Timeout(60)
class FuzzTest {

    private static final int ROUNDS = 8_000;
    private static final int SIZE = 1 << 16;
    private static final String OPTION = "49484156454f5054";
    private static final String REPLY = "0003e889045565a9";
    private static final String CHUNK = "668e33ef";

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
    }

    private static final byte[] CLIENT_STREAM = bytes(
            "00000003",
            OPTION + "00000003 00000000",
            OPTION + "00000008 00000000",
            OPTION + "00000009 00000015 00000004 6469736b 00000001 00000005 626173653a",
            OPTION + "0000000a 0000001f 00000004 6469736b 00000001 0000000f 626173653a616c6c6f636174696f6e",
            OPTION + "00000006 00000010 00000004 6469736b 0003 0001 0002 0003",
            OPTION + "00000005 00000000",
            OPTION + "00000007 0000000c 00000004 6469736b 0001 0003",
            "25609513 0000 0001 0000000000000001 0000000000000010 00000004 01020304",
            "25609513 0001 0001 0000000000000002 000000000000ff00 00000008 0102030405060708",
            "25609513 0000 0000 0000000000000003 0000000000000010 00000040",
            "25609513 0004 0000 0000000000000004 0000000000000010 00001000",
            "25609513 0012 0006 0000000000000005 0000000000001000 00001000",
            "25609513 0000 0004 0000000000000006 0000000000002000 00001000",
            "25609513 0000 0005 0000000000000007 0000000000002000 00001000",
            "25609513 0008 0007 0000000000000008 0000000000002000 00001000",
            "25609513 0000 0007 0000000000000009 0000000000000000 00010000",
            "25609513 0000 0003 000000000000000a 0000000000000000 00000000",
            "25609513 0000 0002 000000000000000b 0000000000000000 00000000");

    private static final byte[] SERVER_STREAM = bytes(
            "4e42444d41474943 49484156454f5054 0003",
            REPLY + "00000008 00000001 00000000",
            REPLY + "0000000a 00000004 00000013 00000009 626173653a616c6c6f636174696f6e",
            REPLY + "0000000a 00000001 00000000",
            REPLY + "00000007 00000003 0000000c 0000 0000000000010000 0ded",
            REPLY + "00000007 00000003 0000000e 0003 00000001 00001000 02000000",
            REPLY + "00000007 00000001 00000000",
            CHUNK + "0000 0001 0000000000000001 0000000a 0000000000000010 0102",
            CHUNK + "0001 0002 0000000000000001 0000000c 0000000000000012 00000006",
            CHUNK + "0001 0005 0000000000000002 00000014 00000009 00001000 00000003 00001000 00000000",
            CHUNK + "0000 8002 0000000000000003 00000012 00000005 0004 62616421 0000000000000002",
            CHUNK + "0001 0000 0000000000000003 00000000",
            "67446698 00000000 0000000000000004");

    /** Refuses what the server ought to have refused. */
    private static final class CarefulExport implements NbdExport {

        @Override
        public long sizeBytes() {
            return SIZE;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public boolean sparseReads() {
            return true;
        }

        @Override
        public Set<NbdFeature> features() {
            return Set.of(NbdFeature.values());
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            check(offset, target.remaining());
            target.position(target.limit());
        }

        @Override
        public void write(long offset, ByteBuffer data, boolean fua) {
            check(offset, data.remaining());
        }

        @Override
        public void writeZeroes(long offset, long length, boolean fua, boolean noHole) {
            check(offset, length);
        }

        @Override
        public void trim(long offset, long length, boolean fua) {
            check(offset, length);
        }

        private static void check(long offset, long length) {
            if (offset < 0 || length < 1 || offset > SIZE || length > SIZE - offset) {
                throw new IllegalStateException("range " + offset + "+" + length);
            }
        }
    }

    private static final NbdExports EXPORTS = new NbdExports() {
        private final NbdExport export = new CarefulExport();

        @Override
        public Optional<NbdExport> find(String name) {
            return name.equals("disk") ? Optional.of(export) : Optional.empty();
        }

        @Override
        public List<String> list() {
            return List.of("disk", "other");
        }
    };

    /** Keeps how one connection ended. */
    private static final class Ending implements NbdConnectionListener {

        private final List<String> news = new ArrayList<>();

        @Override
        public void closed(NbdConnectionInfo connection, NbdConnectionEnd end) {
            news.add(end.kind() + " " + end.detail());
        }

        @Override
        public void notOpened(String peer, String reason) {
            news.add(reason);
        }
    }

    private static List<String> serve(byte[] stream, Random random) {
        Ending ending = new Ending();
        ServerConnection.Surroundings around = new ServerConnection.Surroundings(
                EXPORTS, NbdServerTls.OFF, ending, Thread.ofPlatform().daemon().factory(), TimeSource.SYSTEM);
        new ServerConnection(1, "test", new BytesTransport(stream, random), around, 0)
                .serve()
                .run();
        return ending.news;
    }

    @Test
    void theStreamThatIsSpoiledWasGood() {
        assertThat(serve(CLIENT_STREAM, new Random(1))).containsExactly("DISCONNECTED the client disconnected");
    }

    @Test
    void aServerSurvivesAnyClient() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] stream = Mutation.of(CLIENT_STREAM, random);
            List<String> news = serve(stream, random);

            assertThat(news).describedAs("seed %d", seed).hasSize(1);
            assertThat(news.getFirst())
                    .describedAs("seed %d: %s", seed, HexFormat.of().formatHex(stream))
                    .doesNotContain("java.lang.", "java.nio.Buffer", "EXPORT_FAILED");
        }
    }

    /** Takes the answers that the good server stream gives, into a buffer with guard bytes on both sides. */
    private static void receive(byte[] stream, Random random) throws IOException {
        ClientAgreement agreement = new ClientHandshake(new BytesTransport(stream, random), NbdClientTls.OFF)
                .choose("disk", List.of(NbdContexts.ALLOCATION));
        byte[] guarded = new byte[32];
        Arrays.fill(guarded, (byte) 0x55);
        Map<Long, PendingRequest> pending = new ConcurrentHashMap<>();
        pending.put(
                1L,
                new PendingRequest(
                        NbdCommand.READ, 16, 8, ByteBuffer.wrap(guarded).slice(12, 8)));
        pending.put(2L, new PendingRequest(NbdCommand.BLOCK_STATUS, 0, 8192));
        pending.put(3L, new PendingRequest(NbdCommand.WRITE, 0, 8));
        pending.put(4L, new PendingRequest(NbdCommand.FLUSH, 0, 0));
        ReplyReader replies = new ReplyReader(agreement, pending);
        try {
            while (!pending.isEmpty()) {
                replies.next();
            }
        } finally {
            for (int i = 0; i < guarded.length; i++) {
                if (i < 12 || i >= 20) {
                    assertThat(guarded[i]).isEqualTo((byte) 0x55);
                }
            }
        }
    }

    @Test
    void theAnswersThatAreSpoiledWereGood() throws Exception {
        receive(SERVER_STREAM, new Random(1));
    }

    @Test
    void aClientSurvivesAnyServer() {
        int refused = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] stream = Mutation.of(SERVER_STREAM, random);
            try {
                receive(stream, random);
            } catch (WireException | NbdConnectionException _) {
                refused++;
            } catch (IOException e) {
                assertThat(e.getMessage()).describedAs("seed %d", seed).contains("the stream ended");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(stream), e);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 4);
    }
}
