package io.holdfast.tests.system;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A UNIX socket at which something says one line to whoever connects, and nothing more. */
final class SpeakingSocket implements AutoCloseable {

    private final Path path;
    private final ServerSocketChannel server;

    private SpeakingSocket(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    static SpeakingSocket at(Path path, String line) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        SpeakingSocket socket = new SpeakingSocket(path, server);
        Thread.ofVirtual().start(() -> socket.serve(line + "\r\n"));
        return socket;
    }

    Path path() {
        return path;
    }

    private void serve(String text) {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                client.read(ByteBuffer.allocate(1));
            } catch (IOException _) {
                // a client that left, or our own end
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
