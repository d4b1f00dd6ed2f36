package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.nbd.internal.ChannelTransport;
import io.holdfast.nbd.internal.TlsTransport;
import io.holdfast.nbd.internal.Transport;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What TLS does below the protocol. */
@Timeout(60)
class TlsTransportTest {

    /** More than the tests' limit for one key, so that the reader has to answer a change of keys. */
    private static final int BYTES = 10 << 20;

    /** Stops taking writes at a time of the test's choosing, as the socket of a peer that has closed does. */
    private static final class Deaf implements Transport {

        private final Transport below;
        private volatile boolean deaf;

        Deaf(Transport below) {
            this.below = below;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return below.read(target);
        }

        @Override
        public void write(ByteBuffer... sources) throws IOException {
            if (deaf) {
                throw new IOException("Broken pipe");
            }
            below.write(sources);
        }

        @Override
        public void farewell() {
            below.farewell();
        }

        @Override
        public String peerIdentity() {
            return below.peerIdentity();
        }

        @Override
        public void close() {
            below.close();
        }
    }

    @Test
    void whatAPeerSaidBeforeItClosedIsReadToItsEnd(@TempDir Path folder) throws Exception {
        TestCertificates certificates = TestCertificates.make(folder.resolve("certificates"));
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (ServerSocketChannel listening = RawPeer.listen(address)) {
            SSLContext context = certificates.context("client");
            CompletableFuture<Void> speaking = CompletableFuture.runAsync(() -> speak(address, context));
            Deaf socket = new Deaf(new ChannelTransport(listening.accept()));
            try (Transport server = TlsTransport.server(socket, certificates.context("server"), true)) {
                socket.deaf = true;

                assertThat(countToEnd(server)).isEqualTo(BYTES);
                assertThatThrownBy(() -> server.write(ByteBuffer.allocate(1)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("could not be sent");
            }
            speaking.get(30, TimeUnit.SECONDS);
        }
    }

    private static void speak(UnixDomainSocketAddress address, SSLContext context) {
        try (Transport client =
                TlsTransport.client(new ChannelTransport(SocketChannel.open(address)), context, "localhost")) {
            client.write(ByteBuffer.allocate(BYTES));
            client.farewell();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long countToEnd(Transport transport) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long total = 0;
        int count;
        while ((count = transport.read(buffer.clear())) >= 0) {
            total += count;
        }
        return total;
    }
}
