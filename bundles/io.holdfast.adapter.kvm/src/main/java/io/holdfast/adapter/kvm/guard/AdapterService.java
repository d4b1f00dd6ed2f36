package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.kvm.unix.SocketFile;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Serves the adapter, one at a time: a newcomer takes the place of the one before.
 */
final class AdapterService implements AutoCloseable {

    private static final int BACKLOG = 4;
    private static final Duration HELLO_LIMIT = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofSeconds(60);

    private final ServerSocketChannel server;
    private final Path socket;
    private final String identity;
    private final Hub hub;
    private final Guard guard;
    private final MonitorLine monitor;
    private final ExportDoor exports;
    private final Welcome welcome;
    private final CountDownLatch ended = new CountDownLatch(1);

    AdapterService(GuardSettings settings, Hub hub, Guard guard, MonitorLine monitor, Welcome welcome)
            throws IOException {
        this.socket = settings.socket();
        this.exports = new ExportDoor(settings, monitor);
        this.hub = hub;
        this.guard = guard;
        this.monitor = monitor;
        this.welcome = welcome;
        Files.deleteIfExists(socket);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            this.identity = SocketFile.identity(socket);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Done when an adapter told the guard to end. */
    CountDownLatch ended() {
        return ended;
    }

    /** Tells whether an adapter could find the guard: its socket is still the one at its path. */
    boolean isReachable() {
        try {
            return SocketFile.identity(socket).equals(identity);
        } catch (IOException _) {
            return false;
        }
    }

    /** Accepts adapters until closed; for a thread of its own. */
    void acceptAll() {
        while (server.isOpen()) {
            try {
                AdapterConnection adapter = new AdapterConnection(new FrameStream(UnixConnection.of(server.accept())));
                Thread.ofPlatform().daemon().name("holdfast-guard-adapter").start(() -> serve(adapter));
            } catch (IOException _) {
                // closed, or one that left before it was served: the loop's condition tells which
            }
        }
    }

    private void serve(AdapterConnection adapter) {
        try {
            Frame hello = adapter.stream().read(HELLO_LIMIT);
            if (hello == null || hello.type() != Frame.Type.HELLO) {
                return;
            }
            hub.attach(adapter, hello, welcome);
            Thread.ofPlatform().daemon().name("holdfast-guard-send").start(adapter::sendAll);
            while (true) {
                Frame frame = adapter.stream().read(POLL);
                if (frame != null) {
                    handle(adapter, frame);
                }
            }
        } catch (IOException _) {
            // the adapter left; it may come back
        } finally {
            adapter.end();
            hub.detach(adapter, TimeSource.SYSTEM.monotonicNanos());
        }
    }

    private void handle(AdapterConnection adapter, Frame frame) throws IOException {
        switch (frame.type()) {
            case COMMAND -> monitor.send(frame.payload());
            case CUT -> adapter.send(Frame.of(Frame.Type.RESULT, frame.number(), nodes(guard::cutNow)));
            case LIST -> adapter.send(Frame.of(Frame.Type.RESULT, frame.number(), nodes(guard::list)));
            case HOLD -> hold(adapter, frame);
            case LET_GO -> {
                exports.letGo();
                adapter.send(Frame.of(Frame.Type.RESULT, frame.number(), result(_ -> {})));
            }
            case PING -> adapter.send(Frame.of(Frame.Type.PONG, frame.number()));
            case END -> ended.countDown();
            case HELLO, WELCOME, ANSWER, EVENT, NOTE, RESULT, PONG, REPLACED ->
                throw new IOException("an adapter does not send " + frame.type());
        }
    }

    /** On a thread of its own, because QEMU's answer comes while this one must go on reading. */
    private void hold(AdapterConnection adapter, Frame frame) {
        Thread.ofPlatform().daemon().name("holdfast-guard-hold").start(() -> {
            String result = result(
                    answer -> answer.put("socket", exports.open(frame.text()).toString()));
            adapter.send(Frame.of(Frame.Type.RESULT, frame.number(), result));
        });
    }

    private static String nodes(Supplier<List<String>> action) {
        return result(answer -> action.get().forEach(answer.putArray("nodes")::add));
    }

    private static String result(Consumer<ObjectNode> action) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        try {
            action.accept(result);
        } catch (HoldfastException e) {
            result.removeAll();
            result.put("error", e.getMessage());
        }
        return result.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
