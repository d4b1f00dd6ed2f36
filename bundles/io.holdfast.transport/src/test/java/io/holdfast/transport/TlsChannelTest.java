package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TlsChannelTest {

    private static final int ANY_PIECE = 1 << 20;
    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TransportTls.KeyMaterial SERVER_KEYS = AUTHORITY.issue("server");
    private static final TransportTls.KeyMaterial CLIENT_KEYS = AUTHORITY.issue("client");

    private final Random random = new Random(11);
    private final TlsEnd client = TlsEnd.client(CLIENT_KEYS);
    private final TlsEnd server = TlsEnd.server(SERVER_KEYS);

    private void establish(int pieceMax) {
        server.start();
        client.start();
        TlsEnd.settle(client, server, random, pieceMax);
        assertThat(client.failure).isNull();
        assertThat(server.failure).isNull();
        assertThat(client.established && server.established).isTrue();
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000, ANY_PIECE})
    void carriesMessagesHoweverTheNetworkCutsThem(int pieceMax) {
        establish(pieceMax);
        int messages = pieceMax == 1 ? 3 : 40;
        for (int i = 0; i < messages; i++) {
            byte[] there = randomBytes(1 + random.nextInt(60_000));
            byte[] back = randomBytes(1 + random.nextInt(60_000));
            int middle = random.nextInt(there.length);

            client.send(Arrays.copyOf(there, middle), new byte[0], Arrays.copyOfRange(there, middle, there.length));
            server.send(back);
            TlsEnd.settle(client, server, random, pieceMax);

            assertThat(server.takePlaintext()).isEqualTo(there);
            assertThat(client.takePlaintext()).isEqualTo(back);
        }
    }

    @Test
    void sendsAMessageInBulkAndMarksItsEnd() {
        establish(ANY_PIECE);

        client.send(randomBytes(1 << 20));

        assertThat(client.chunkSizes).hasSizeBetween(4, 5).allMatch(size -> size <= BufferPool.BUFFER_BYTES);
        assertThat(client.chunkEnds.subList(0, client.chunkEnds.size() - 1)).containsOnly(false);
        assertThat(client.chunkEnds.getLast()).isTrue();
    }

    @Test
    void holdsLittleMemoryForALittleMessage() {
        establish(ANY_PIECE);

        client.send(randomBytes(40));

        assertThat(client.arraysHeld).isLessThan(200);
    }

    @Test
    void takesNoPlaintextBeforeThePeerHasProvenItself() {
        client.start();

        assertThatThrownBy(() -> client.send(randomBytes(10)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));
    }

    @Test
    void givesNoPlaintextBeforeThePeerHasProvenItself() {
        server.start();
        client.start();
        server.receive(client.take(), random, ANY_PIECE);
        byte[] applicationData = {23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
        };

        server.receive(applicationData, random, ANY_PIECE);

        assertProtocolError(server);
        assertThat(server.takePlaintext()).isEmpty();
    }

    @Test
    void changesKeysWhileDataFlowsBothWays() {
        establish(ANY_PIECE);
        for (int i = 0; i < 20; i++) {
            byte[] there = randomBytes(50_000);
            byte[] back = randomBytes(50_000);

            client.send(there);
            (i % 2 == 0 ? client : server).channel.updateKeys();
            client.send(there);
            server.send(back);
            TlsEnd.settle(client, server, random, 3_000);

            assertThat(server.takePlaintext())
                    .hasSize(100_000)
                    .startsWith(there)
                    .endsWith(there);
            assertThat(client.takePlaintext()).isEqualTo(back);
        }
    }

    @Test
    void keepsOneHalfOpenWhenTheOtherHasEnded() {
        establish(ANY_PIECE);
        byte[] last = randomBytes(100_000);

        client.send(last);
        client.closeOutbound();
        TlsEnd.settle(client, server, random, ANY_PIECE);
        assertThat(server.takePlaintext()).isEqualTo(last);
        assertThat(server.peerClosed).isTrue();
        assertThat(client.peerClosed).isFalse();

        server.send(last);
        server.closeOutbound();
        TlsEnd.settle(client, server, random, ANY_PIECE);
        assertThat(client.takePlaintext()).isEqualTo(last);
        assertThat(client.peerClosed).isTrue();
    }

    @Test
    void sendsNothingAfterItsEnd() {
        establish(ANY_PIECE);
        client.closeOutbound();
        client.take();

        client.closeOutbound();

        assertThat(client.take()).isEmpty();
        assertThatThrownBy(() -> client.send(randomBytes(10))).isInstanceOf(HoldfastException.class);
    }

    @Test
    void dropsWhatComesAfterTheEnd() {
        establish(ANY_PIECE);
        client.closeOutbound();
        byte[] end = client.take();
        byte[] more = Arrays.copyOf(end, end.length + 1_000);

        server.receive(more, random, ANY_PIECE);
        server.receive(randomBytes(1_000), random, ANY_PIECE);

        assertThat(server.peerClosed).isTrue();
        assertThat(server.failure).isNull();
    }

    @Test
    void endsAHandshakeThatDoesNotStopTalking() {
        server.start();
        byte[] record = new byte[5 + 16_384];
        record[0] = 22;
        record[1] = 3;
        record[2] = 3;
        record[3] = 64;
        record[5] = 1; // ClientHello, announced to be almost as long as its length can say
        record[6] = (byte) 0xFF;
        int fed = 0;
        while (server.failure == null && fed < 100_000) {
            server.receive(record, random, 5_000);
            fed += record.length;
        }

        assertProtocolError(server);
        assertThat(fed).isLessThanOrEqualTo(TlsChannel.HANDSHAKE_BYTES_MAX + record.length);
    }

    @Test
    void refusesARecordThatAnnouncesTooMuch() {
        server.start();

        server.receive(new byte[] {22, 3, 1, 0x41, 1}, random, ANY_PIECE);

        assertProtocolError(server);
    }

    @Test
    void refusesWhatIsNoTls() {
        server.start();

        server.receive("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), random, 3);

        assertProtocolError(server);
        assertThat(server.failure).hasMessageContaining("no TLS");
    }

    private static void assertProtocolError(TlsEnd end) {
        assertThat(end.failure)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    }

    @Test
    void tellsThePeerWithAnAlertWhyItGaveUp() {
        TlsEnd stranger = TlsEnd.client(new TransportTls.KeyMaterial(
                new TestAuthority("foreign").issue("stranger").key(), CLIENT_KEYS.chain(), CLIENT_KEYS.anchors()));
        server.start();
        stranger.start();

        TlsEnd.settle(stranger, server, random, ANY_PIECE);

        assertThat(server.failure).isNotNull();
        assertThat(server.established).isFalse();
        assertThat(stranger.failure).isNotNull();
        assertThat(stranger.channel.isGivenUpByPeer()).isTrue();
        assertThat(server.channel.isGivenUpByPeer()).isFalse();
    }
}
