package io.holdfast.adapter.kvm.guard;

import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections to QEMU's NBD server that QEMU never sees end by our death.
 *
 * <p>QEMU before 9.0 closes an NBD client on the thread that serves its disk. With an I/O thread that is not the main thread, and some
 * versions (7.2 of Debian 12 among them) then end with an assertion, taking the guest along, whenever a reader disconnects or dies. Safe is only
 * {@code block-export-del}, which closes clients from the main thread. So each connection is handed to QEMU itself to hold, before a
 * word is spoken on it: whoever of us dies, it stays open until the export is removed. The good-bye of the NBD protocol is kept back too.
 */
final class ExportDoor {

    private static final Duration ACCEPT_LIMIT = Duration.ofSeconds(5);

    private final GuardSettings settings;
    private final MonitorLine monitor;
    private final Set<UnixConnection> connections = ConcurrentHashMap.newKeySet();

    ExportDoor(GuardSettings settings, MonitorLine monitor) {
        this.settings = settings;
        this.monitor = monitor;
    }

    /**
     * Opens a door to one export, for one client that comes soon.
     *
     * @param export its id and name, safe as a file name
     * @return the socket to connect to
     * @throws HoldfastException when QEMU does not take part; nothing is left
     */
    Path open(String export) {
        if (!export.matches(Names.EXPORT + "[0-9a-f]{1,16}")) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "export", "'" + export + "' is none of ours");
        }
        Path door = settings.folder().resolve(export.substring(Names.EXPORT.length()) + ".sock");
        UnixConnection inside = connect(export);
        connections.add(inside);
        boolean done = false;
        try {
            monitor.handOver(inside, export);
            ServerSocketChannel server = listen(door);
            Thread.ofPlatform().daemon().name("holdfast-guard-door-" + export).start(() -> serve(server, door, inside));
            done = true;
            return door;
        } finally {
            if (!done) {
                // still negotiating, which is done by the main thread: closing is safe
                end(inside);
            }
        }
    }

    /**
     * Ends our side of every connection. To be called when QEMU has no export any more: what is still open then was never made use of, and
     * would let {@code nbd-server-stop} wait for ever.
     */
    void letGo() {
        connections.forEach(this::end);
    }

    private void end(UnixConnection connection) {
        connections.remove(connection);
        connection.close();
    }

    private UnixConnection connect(String export) {
        try {
            return UnixConnection.connectNamed(
                    settings.exports(), settings.folder().resolve(export + ".c"));
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.NETWORK,
                    settings.exports().toString(),
                    "QEMU's NBD server cannot be connected to: " + e,
                    e);
        }
    }

    private static ServerSocketChannel listen(Path door) {
        try {
            Files.deleteIfExists(door);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(door), 1);
                Files.setPosixFilePermissions(door, PosixFilePermissions.fromString("rw-------"));
                server.configureBlocking(false);
                return server;
            } catch (IOException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, door.toString(), "cannot be listened on: " + e, e);
        }
    }

    private void serve(ServerSocketChannel server, Path door, UnixConnection inside) {
        try (UnixConnection outside = accept(server, door)) {
            new NbdRelay(outside, inside).run();
        } catch (IOException _) {
            // nobody came; QEMU holds the connection until the export is removed
        } finally {
            end(inside);
        }
    }

    private static UnixConnection accept(ServerSocketChannel server, Path door) throws IOException {
        try (server) {
            long end = System.nanoTime() + ACCEPT_LIMIT.toNanos();
            while (System.nanoTime() < end) {
                SocketChannel client = server.accept();
                if (client != null) {
                    return UnixConnection.of(client);
                }
                LockSupport.parkNanos(1_000_000);
            }
            throw new IOException("nobody connected");
        } finally {
            Files.deleteIfExists(door);
        }
    }
}
