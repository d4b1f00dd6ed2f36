package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    private final Hub hub;
    private final Guard guard;
    private final MonitorLine monitor;
    private final Welcome welcome;
    private final CountDownLatch ended = new CountDownLatch(1);

    AdapterService(Path socket, Hub hub, Guard guard, MonitorLine monitor, Welcome welcome) throws IOException {
        this.socket = socket;
        this.hub = hub;
        this.guard = guard;
        this.monitor = monitor;
        this.welcome = welcome;
        Files.deleteIfExists(socket);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Done when an adapter told the guard to end. */
    CountDownLatch ended() {
        return ended;
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
            case CUT -> adapter.send(Frame.of(Frame.Type.RESULT, frame.number(), result(guard::cutNow)));
            case LIST -> adapter.send(Frame.of(Frame.Type.RESULT, frame.number(), result(guard::list)));
            case PING -> adapter.send(Frame.of(Frame.Type.PONG, frame.number()));
            case END -> ended.countDown();
            case HELLO, WELCOME, ANSWER, EVENT, NOTE, RESULT, PONG, REPLACED ->
                throw new IOException("an adapter does not send " + frame.type());
        }
    }

    private static String result(Supplier<List<String>> action) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        try {
            action.get().forEach(result.putArray("nodes")::add);
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
