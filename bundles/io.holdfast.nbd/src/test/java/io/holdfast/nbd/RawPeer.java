package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;

/** The other end of a connection, byte by byte. Bytes are written in hexadecimal; blanks and what follows a {@code #} do not count. */
final class RawPeer implements AutoCloseable {

    /** What every server of ours greets with. */
    static final String GREETING = "4e42444d41474943 49484156454f5054 0003";

    private final SocketChannel channel;

    RawPeer(SocketChannel channel) {
        this.channel = channel;
    }

    static RawPeer connect(SocketAddress address) throws IOException {
        return new RawPeer(SocketChannel.open(address));
    }

    /** Waits for a client at a UNIX socket. */
    static ServerSocketChannel listen(UnixDomainSocketAddress address) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("#[^\n]*", "").replaceAll("\\s", ""));
    }

    RawPeer send(String hex) throws IOException {
        return send(bytes(hex));
    }

    RawPeer send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        return this;
    }

    /** Reads exactly these bytes. */
    RawPeer expect(String hex) throws IOException {
        byte[] expected = bytes(hex);
        assertThat(HexFormat.of().formatHex(receive(expected.length)))
                .isEqualTo(HexFormat.of().formatHex(expected));
        return this;
    }

    byte[] receive(int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new AssertionError(
                        "the stream ended after " + HexFormat.of().formatHex(buffer.array(), 0, buffer.position()));
            }
        }
        return buffer.array();
    }

    /** Reads the end of the stream. */
    RawPeer expectEnd() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try {
            int count = channel.read(buffer);
            assertThat(count)
                    .describedAs(() -> HexFormat.of().formatHex(buffer.array(), 0, buffer.position()))
                    .isEqualTo(-1);
        } catch (IOException _) {
            // A reset ends the stream as well.
        }
        return this;
    }

    /** Reads and drops everything up to the end of the stream. */
    void drain() {
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                // Only the end matters.
            }
        } catch (IOException _) {
            // A reset ends the stream as well.
        }
    }

    /** Ends this side's half of the stream. */
    RawPeer sendEnd() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
