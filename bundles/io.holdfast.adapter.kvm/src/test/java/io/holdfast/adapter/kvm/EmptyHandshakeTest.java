package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmptyHandshakeTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void isOverOnlyWhenTheServerHasClosed() throws Exception {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel server = listen(socket)) {
            CompletableFuture<Boolean> visit = CompletableFuture.supplyAsync(() -> visit(socket));
            try (SocketChannel client = server.accept()) {
                client.write(ByteBuffer.allocate(18));
                ByteBuffer said = ByteBuffer.allocate(20);
                while (said.hasRemaining()) {
                    client.read(said);
                }
                assertThat(HexFormat.of().formatHex(said.array()))
                        .isEqualTo("0000000349484156454f50540000000200000000");
                client.write(ByteBuffer.allocate(20));
                assertThat(visit).isNotDone();
            }
            assertThat(visit.get()).isTrue();
        }
    }

    @Test
    void saysWhenNobodyListens() throws Exception {
        assertThat(EmptyHandshake.visit(folder.resolve("nobody"), Deadline.in(LIMIT)))
                .isFalse();
    }

    @Test
    void givesUpOnAServerThatDoesNotPlay() throws Exception {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel _ = listen(socket)) {
            assertThatThrownBy(() -> EmptyHandshake.visit(socket, Deadline.in(Duration.ofMillis(200))))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static boolean visit(Path socket) {
        try {
            return EmptyHandshake.visit(socket, Deadline.in(LIMIT));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 1);
        return server;
    }
}
