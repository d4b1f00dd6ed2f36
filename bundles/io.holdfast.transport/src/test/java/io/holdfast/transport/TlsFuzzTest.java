package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand connections with a damage each. Whatever happens, no plaintext arrives that was not sent. */
@Timeout(120)
class TlsFuzzTest {

    private static final long SEED = 20_261_121;
    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TransportTls.KeyMaterial SERVER_KEYS = AUTHORITY.issue("server");
    private static final TransportTls.KeyMaterial CLIENT_KEYS = AUTHORITY.issue("client");

    @Test
    void survivesHandshakesThatAreDamagedSomewhere() {
        Random random = new Random(SEED);
        int noticed = 0;
        for (int i = 0; i < 300; i++) {
            TlsEnd server = TlsEnd.server(SERVER_KEYS);
            TlsEnd client = TlsEnd.client(CLIENT_KEYS);
            server.start();
            client.start();
            int damagedFlight = random.nextInt(3);
            for (int flight = 0; flight < 4; flight++) {
                TlsEnd from = flight % 2 == 0 ? client : server;
                byte[] bytes = from.take();
                if (flight == damagedFlight && bytes.length > 0) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                (from == client ? server : client).receive(bytes, random, 2_000);
            }

            boolean failed = client.failure != null || server.failure != null;
            noticed += failed || !client.established || !server.established ? 1 : 0;
            assertNamed(client);
            assertNamed(server);
        }

        assertThat(noticed).as("damaged handshakes that did not succeed").isGreaterThan(290);
    }

    @Test
    void survivesDataThatIsDamagedSomewhere() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            TlsEnd server = TlsEnd.server(SERVER_KEYS);
            TlsEnd client = TlsEnd.client(CLIENT_KEYS);
            server.start();
            client.start();
            TlsEnd.settle(client, server, random, 1 << 20);
            byte[] sent = new byte[1 + random.nextInt(100_000)];
            random.nextBytes(sent);
            client.send(sent);
            byte[] cipher = client.take();
            int at = random.nextInt(cipher.length);
            cipher[at] ^= (byte) (1 + random.nextInt(255));

            server.receive(cipher, random, 30_000);

            byte[] arrived = server.takePlaintext();
            assertThat(arrived.length).isLessThan(sent.length);
            assertThat(arrived).isEqualTo(Arrays.copyOf(sent, arrived.length));
            assertNamed(server);
        }
    }

    @Test
    void survivesGarbageInPlaceOfAHandshake() {
        Random random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            TlsEnd server = TlsEnd.server(SERVER_KEYS);
            server.start();
            byte[] garbage = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(garbage);
            if (garbage.length > 9 && i % 2 == 0) { // looks like the record of a handshake
                garbage[0] = 22;
                garbage[1] = 3;
                garbage[2] = 1;
                garbage[3] = (byte) (garbage.length - 5 >> 8);
                garbage[4] = (byte) (garbage.length - 5);
                garbage[5] = (byte) (random.nextBoolean() ? 1 : garbage[5]);
            }

            server.receive(garbage, random, 500);

            assertThat(server.established).isFalse();
            assertNamed(server);
        }
    }

    private static void assertNamed(TlsEnd end) {
        HoldfastException failure = end.failure;
        if (failure != null) {
            assertThat(failure.code())
                    .isIn(ErrorCode.PROTOCOL_ERROR, ErrorCode.CERTIFICATE_FOREIGN, ErrorCode.CERTIFICATE_EXPIRED);
        }
    }
}
