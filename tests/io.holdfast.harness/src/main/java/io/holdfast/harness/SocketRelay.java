package io.holdfast.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands in front of a server, so that the two sides of a connection can be told different things at different times. Connections that were there
 * before stay as they are; new ones lead through here.
 */
public final class SocketRelay implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 << 10;
    private static final int OPENING_BYTES = 512;

    /** What is put back in its place at the end. */
    private interface Restoring {
        void run() throws IOException;
    }

    private final ServerSocketChannel server;
    private final SocketAddress target;
    private final Restoring restoring;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;

    private SocketRelay(ServerSocketChannel server, SocketAddress target, Restoring restoring) {
        this.server = server;
        this.target = target;
        this.restoring = restoring;
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** Takes the place of a server on a UNIX socket, until closed. */
    public static SocketRelay inFrontOf(Path path) throws IOException {
        Path behind = Files.move(path, path.resolveSibling(path.getFileName() + ".behind"));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return new SocketRelay(
                server,
                UnixDomainSocketAddress.of(behind),
                () -> Files.move(behind, path, StandardCopyOption.REPLACE_EXISTING));
    }

    /** Stands in front of a server on a port of loopback, on a free port of its own. */
    public static SocketRelay inFrontOf(int port) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
        return new SocketRelay(server, new InetSocketAddress(loopback, port), () -> {});
    }

    /** The port on which it stands. */
    public int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** Whether who comes from now on is turned away. */
    public void refuse(boolean now) {
        refusing = now;
    }

    /** Keeps back what the clients of present connections send from now on, their ends too. */
    public void hold() {
        connections.forEach(connection -> connection.hold(true));
    }

    /** Passes on what was kept back, whether the client is still there or not. */
    public void release() {
        connections.forEach(connection -> connection.hold(false));
    }

    /**
     * Ends connections towards the client alone; the server goes on waiting on them.
     *
     * @param name what the client said among its first bytes
     * @return how many
     */
    public int endTowardsClient(String name) throws IOException {
        int ended = 0;
        for (Connection connection : connections) {
            if (connection.client.isOpen() && connection.opening.indexOf(name) >= 0) {
                connection.client.close();
                ended++;
            }
        }
        return ended;
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Connection connection = new Connection(client, SocketChannel.open(target));
                connections.add(connection);
                Thread.ofVirtual().start(connection::carryThere);
                Thread.ofVirtual().start(connection::carryBack);
            } catch (IOException _) {
                // closed, or the server does not take it: the loop's condition tells which
            }
        }
    }

    /** Ends all that leads through here and gives the server its place again. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Connection connection : connections) {
            connection.client.close();
            connection.target.close();
            connection.hold(false);
        }
        restoring.run();
    }

    private static final class Connection {
        private final SocketChannel client;
        private final SocketChannel target;
        private final StringBuffer opening = new StringBuffer();
        private boolean held;

        Connection(SocketChannel client, SocketChannel target) {
            this.client = client;
            this.target = target;
        }

        synchronized void hold(boolean now) {
            held = now;
            notifyAll();
        }

        private synchronized void awaitReleased() throws IOException {
            try {
                while (held) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        /** An end towards the client that came from us is not passed on. */
        private void carryThere() {
            try {
                ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
                while (client.read(bytes.clear()) >= 0) {
                    bytes.flip();
                    if (opening.length() < OPENING_BYTES) {
                        opening.append(StandardCharsets.ISO_8859_1.decode(bytes.duplicate()));
                    }
                    awaitReleased();
                    writeAll(bytes, target);
                }
                awaitReleased();
                target.close();
            } catch (IOException _) {
                // one of them is gone, or was told so
            }
        }

        private void carryBack() {
            try {
                ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
                while (target.read(bytes.clear()) >= 0) {
                    writeAll(bytes.flip(), client);
                }
                client.close();
            } catch (IOException _) {
                // one of them is gone, or was told so
            }
        }

        private static void writeAll(ByteBuffer bytes, SocketChannel to) throws IOException {
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
        }
    }
}
