package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.nbd.NbdConnectionEnd.Kind;
import io.holdfast.nbd.internal.ChannelTransport;
import io.holdfast.nbd.internal.ServerConnection;
import io.holdfast.nbd.internal.UnixSocketFile;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves exports to NBD clients on one address. One platform thread accepts, {@code holdfast-nbd-accept}; each connection has its own,
 * {@code holdfast-nbd-<id>}. Malformed input ends the connection it came on and nothing else. Thread-safe.
 *
 * @since 1.0
 */
public final class NbdServer implements AutoCloseable {

    private static final long ACCEPT_PAUSE_MILLIS = 100;
    private static final long CUT_MILLIS_MAX = 1_000;
    private static final String UNIX_PEER = "unix";

    private final NbdServerSettings settings;
    private final ServerConnection.Surroundings around;
    private final ServerSocketChannel listening;
    private final Selector selector;
    private final @Nullable UnixSocketFile socketFile;
    private final SocketAddress address;
    private final Thread acceptThread;
    private final Map<ServerConnection, Thread> connections = new ConcurrentHashMap<>();
    private long lastId;
    private volatile boolean closed;

    private NbdServer(NbdServerSettings settings, ServerConnection.Surroundings around, Listening bound)
            throws IOException {
        this.settings = settings;
        this.around = around;
        this.listening = bound.channel();
        this.socketFile = bound.file();
        this.selector = bound.selector();
        this.address = socketFile == null ? listening.getLocalAddress() : settings.address();
        this.acceptThread = around.threads().newThread(this::acceptAll);
        acceptThread.setName("holdfast-nbd-accept");
    }

    /** What listens: a bound channel, its selector and, for a UNIX socket, its file. */
    private record Listening(
            ServerSocketChannel channel,
            Selector selector,
            @Nullable UnixSocketFile file) {}

    /**
     * Starts a server with daemon threads of its own and the machine's clock.
     *
     * @param settings where and how
     * @param exports what is offered
     * @param listener hears about connections
     * @return a server that accepts connections
     * @throws HoldfastException {@code PORT_IN_USE}, or {@code ALREADY_EXISTS} when the UNIX socket's path is another kind of file
     * @throws IOException when the address cannot be listened on for another reason
     */
    public static NbdServer start(NbdServerSettings settings, NbdExports exports, NbdConnectionListener listener)
            throws IOException {
        return start(settings, exports, listener, Thread.ofPlatform().daemon().factory(), TimeSource.SYSTEM);
    }

    /**
     * Starts a server. A UNIX socket's file is made with mode 0600; a stale one is replaced.
     *
     * @param settings where and how
     * @param exports what is offered
     * @param listener hears about connections
     * @param threads makes the threads; they are named by the server and must not be interrupted
     * @param time the clock
     * @return a server that accepts connections
     * @throws HoldfastException {@code PORT_IN_USE}, or {@code ALREADY_EXISTS} when the UNIX socket's path is another kind of file
     * @throws IOException when the address cannot be listened on for another reason
     */
    public static NbdServer start(
            NbdServerSettings settings,
            NbdExports exports,
            NbdConnectionListener listener,
            ThreadFactory threads,
            TimeSource time)
            throws IOException {
        Listening bound = listen(settings.address());
        try {
            NbdServer server = new NbdServer(
                    settings,
                    new ServerConnection.Surroundings(exports, settings.tls(), listener, threads, time),
                    bound);
            server.acceptThread.start();
            return server;
        } catch (IOException | RuntimeException e) {
            bound.selector().close();
            bound.channel().close();
            UnixSocketFile file = bound.file();
            if (file != null) {
                file.delete();
            }
            throw e;
        }
    }

    private static Listening listen(SocketAddress address) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel =
                unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            UnixSocketFile file = null;
            if (address instanceof UnixDomainSocketAddress path) {
                file = UnixSocketFile.bind(channel, path.getPath());
            } else {
                bindTcp(channel, address);
            }
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return new Listening(channel, selector, file);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void bindTcp(ServerSocketChannel channel, SocketAddress address) throws IOException {
        try {
            channel.bind(address);
        } catch (BindException e) {
            throw new HoldfastException(
                    ErrorCode.PORT_IN_USE,
                    address.toString(),
                    "cannot be listened on: " + e.getMessage() + "; expected a free port",
                    e);
        }
    }

    /**
     * Where clients connect to.
     *
     * @return the address given, with the port that was taken when it was 0
     */
    public SocketAddress address() {
        return address;
    }

    /**
     * The connections that have chosen an export.
     *
     * @return a copy, in no order
     */
    public List<NbdConnectionInfo> connections() {
        List<NbdConnectionInfo> open = new ArrayList<>();
        for (ServerConnection connection : connections.keySet()) {
            NbdConnectionInfo info = connection.info();
            if (info != null) {
                open.add(info);
            }
        }
        return open;
    }

    /**
     * When the oldest request that is not answered yet had arrived whole; for a watchdog. Reads of exports that allow several at once are
     * not counted. Costs a few loads for each connection.
     *
     * @return by the clock given at the start, never 0; or 0 when nothing waits
     */
    public long oldestRequestNanos() {
        long oldest = 0;
        for (ServerConnection connection : connections.keySet()) {
            long since = connection.servingSinceNanos();
            if (since != 0 && (oldest == 0 || since - oldest < 0)) {
                oldest = since;
            }
        }
        return oldest;
    }

    /**
     * Closes every connection of an export at once. When this returns, nothing that was not answered before will be answered; a call of the
     * export may still be in progress until {@link NbdConnectionListener#closed} is heard.
     *
     * @param exportName as the clients gave it
     * @return connections that were closed
     */
    public int dropConnections(String exportName) {
        int dropped = 0;
        for (ServerConnection connection : connections.keySet()) {
            NbdConnectionInfo info = connection.info();
            if (info != null && info.exportName().equals(exportName)) {
                connection.end(Kind.DROPPED);
                dropped++;
            }
        }
        return dropped;
    }

    /**
     * Stops listening, gives requests in progress the set time to be answered, cuts every connection and waits for its thread at most one
     * second more. A thread that hangs inside an export is left behind. A second call does nothing.
     */
    @Override
    public void close() {
        synchronized (connections) {
            if (closed) {
                return;
            }
            closed = true;
        }
        selector.wakeup();
        join(acceptThread, TimeUnit.MILLISECONDS.toNanos(CUT_MILLIS_MAX));
        Map<ServerConnection, Thread> open = Map.copyOf(connections);
        open.keySet().forEach(ServerConnection::endAfterRequests);
        joinAll(open, settings.closeMillisMax());
        open.keySet().forEach(connection -> connection.end(Kind.SERVER_CLOSED));
        joinAll(open, CUT_MILLIS_MAX);
    }

    private static void joinAll(Map<ServerConnection, Thread> open, long millisMax) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        open.values().forEach(thread -> join(thread, deadline - System.nanoTime()));
    }

    private static void join(Thread thread, long nanosMax) {
        if (thread == Thread.currentThread() || nanosMax <= 0) {
            return;
        }
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(nanosMax) + 1);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        try {
            while (!closed) {
                selector.select(pauseMillis());
                selector.selectedKeys().clear();
                acceptWaiting();
                endOverdueHandshakes();
            }
        } catch (IOException e) {
            around.listener().notOpened(String.valueOf(address), "the server stopped accepting: " + e);
        } finally {
            stopListening();
        }
    }

    private void stopListening() {
        UnixSocketFile file = socketFile;
        try (selector;
                listening) {
            if (file != null) {
                file.delete();
            }
        } catch (IOException _) {
            // Nothing is accepted any more either way.
        }
    }

    /** Time until the next handshake is overdue, rounded up; 0, which means no limit, when there is none. */
    private long pauseMillis() {
        long now = around.time().monotonicNanos();
        long least = Long.MAX_VALUE;
        for (ServerConnection connection : connections.keySet()) {
            least = Math.min(least, connection.handshakeNanosLeft(now));
        }
        return least == Long.MAX_VALUE ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(least)) + 1;
    }

    private void endOverdueHandshakes() {
        long now = around.time().monotonicNanos();
        for (ServerConnection connection : connections.keySet()) {
            if (connection.handshakeNanosLeft(now) <= 0) {
                connection.endHandshake();
            }
        }
    }

    private void acceptWaiting() throws IOException {
        while (!closed) {
            SocketChannel channel;
            try {
                channel = listening.accept();
            } catch (IOException e) {
                around.listener().notOpened("unknown", "accepting failed: " + e);
                pauseAccepting();
                return;
            }
            if (channel == null) {
                return;
            }
            try {
                take(channel);
            } catch (IOException e) {
                channel.close();
                around.listener().notOpened("unknown", "the connection ended at once: " + e);
            }
        }
    }

    /** Leaves waiting connections alone for a moment, since accepting them fails: most likely there are too many open files. */
    private void pauseAccepting() throws IOException {
        SelectionKey key = Objects.requireNonNull(listening.keyFor(selector), "the channel is registered");
        key.interestOps(0);
        selector.select(ACCEPT_PAUSE_MILLIS);
        key.interestOps(SelectionKey.OP_ACCEPT);
    }

    private void take(SocketChannel channel) throws IOException {
        String peer = peer(channel);
        if (connections.size() >= settings.connectionsMax()) {
            channel.close();
            around.listener().notOpened(peer, "there are " + settings.connectionsMax() + " connections already");
            return;
        }
        if (channel.getRemoteAddress() instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
        long deadline = around.time().monotonicNanos() + TimeUnit.MILLISECONDS.toNanos(settings.handshakeMillisMax());
        ServerConnection connection =
                new ServerConnection(++lastId, peer, new ChannelTransport(channel), around, deadline);
        Thread thread = around.threads().newThread(() -> serve(connection));
        thread.setName("holdfast-nbd-" + connection.id());
        connections.put(connection, thread);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            connections.remove(connection);
            channel.close();
            around.listener().notOpened(peer, "no thread could be started: " + e.getMessage());
        }
    }

    private void serve(ServerConnection connection) {
        Runnable news = connection.serve();
        connections.remove(connection);
        news.run();
    }

    private static String peer(SocketChannel channel) throws IOException {
        return channel.getRemoteAddress() instanceof InetSocketAddress inet ? inet.toString() : UNIX_PEER;
    }
}
