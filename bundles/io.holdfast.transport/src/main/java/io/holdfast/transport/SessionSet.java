package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.mina.core.service.SimpleIoProcessorPool;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.SocketSessionConfig;
import org.apache.mina.transport.socket.nio.NioProcessor;
import org.apache.mina.transport.socket.nio.NioSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one server or client with the threads that serve them: I/O threads for MINA and one timer. Thread-safe.
 */
final class SessionSet implements AutoCloseable {

    /** Limits are checked this often; they are all at least as long. */
    private static final Duration TICK = Duration.ofMillis(100);

    private static final Duration THREADS_END = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SessionSet.class);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TransportLimits limits;
    private final BufferPool pool = new BufferPool();
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final SimpleIoProcessorPool<NioSession> processors;
    private final Set<TransportSession> connections = new HashSet<>();
    private final Set<TransportSession> authenticated = new HashSet<>();
    private boolean closing;

    /**
     * Starts the timer; I/O threads start with the first connection.
     *
     * @param role part of the threads' names
     * @param limits the bounds
     */
    SessionSet(String role, TransportLimits limits) {
        this.limits = limits;
        String prefix = "holdfast-" + role + "-" + NUMBER.incrementAndGet();
        threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name(prefix + "-io-", 1).factory());
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(prefix + "-timer").factory());
        int processorCount = Math.max(2, Runtime.getRuntime().availableProcessors());
        processors = new SimpleIoProcessorPool<>(NioProcessor.class, threads, processorCount, null);
        timer.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    ExecutorService threads() {
        return threads;
    }

    SimpleIoProcessorPool<NioSession> processors() {
        return processors;
    }

    /** Sets what all our sockets have in common. */
    static void configure(SocketSessionConfig config) {
        config.setTcpNoDelay(true);
        config.setMaxReadBufferSize(TransportLimits.READ_BYTES_MAX);
        config.setReadBufferSize(TransportLimits.READ_BYTES_MAX / 4);
        config.setMinReadBufferSize(TransportLimits.READ_BYTES_MAX / 64);
    }

    /** Makes the session of a new connection and puts TLS into its chain. */
    TransportSession connected(IoSession io, Supplier<TlsEngines.Engine> engine, TransportSession.Owner owner) {
        TransportSession session = new TransportSession(io, owner, limits, TimeSource.SYSTEM);
        boolean room;
        synchronized (connections) {
            connections.add(session);
            room = !closing && connections.size() - authenticated.size() <= limits.handshakesMax();
        }
        if (!room) {
            session.connectionFailed(new HoldfastException(
                    ErrorCode.OVERLOADED,
                    "handshakes",
                    "as many as are let in are under way, or the end is near; expected fewer"));
        }
        try {
            io.getFilterChain().addLast("tls", new TlsFilter(engine.get(), pool));
        } catch (HoldfastException e) {
            session.connectionFailed(e);
        }
        return session;
    }

    /**
     * Counts a session as authenticated, if there is room.
     *
     * @return whether there was
     */
    boolean authenticated(TransportSession session) {
        synchronized (connections) {
            return authenticated.size() < limits.sessionsMax() && authenticated.add(session);
        }
    }

    /**
     * Forgets a session.
     *
     * @return whether it was authenticated
     */
    boolean ended(TransportSession session) {
        synchronized (connections) {
            connections.remove(session);
            connections.notifyAll();
            return authenticated.remove(session);
        }
    }

    int authenticatedCount() {
        synchronized (connections) {
            return authenticated.size();
        }
    }

    private List<TransportSession> snapshot() {
        synchronized (connections) {
            return List.copyOf(connections);
        }
    }

    /** The timer's top loop: an error in one session must not end it for all. */
    private void tick() {
        for (TransportSession session : snapshot()) {
            try {
                session.tick();
            } catch (RuntimeException e) {
                LOG.error("Session timer failed: remote={}", session.remoteAddress(), e);
                session.cut();
            }
        }
    }

    /** Ends all sessions in order and cuts what has not ended in time. New connections are cut at once. */
    void endSessions() {
        synchronized (connections) {
            closing = true;
        }
        snapshot().forEach(session -> session.close("shutting down"));
        awaitNone(Duration.ofMillis(limits.closeMillis()));
        snapshot().forEach(TransportSession::cut);
        awaitNone(THREADS_END);
    }

    /** Ends the threads; whoever uses them has been disposed of before. */
    @Override
    public void close() {
        timer.shutdown();
        processors.dispose();
        threads.shutdown();
    }

    private void awaitNone(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        synchronized (connections) {
            long left = atMost.toMillis();
            while (!connections.isEmpty() && left > 0) {
                try {
                    connections.wait(left);
                } catch (InterruptedException _) {
                    interrupted = true;
                    break;
                }
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
