package io.holdfast.console.rest.internal.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections that trickle: bytes arrive now and then, so that the idle timeout never strikes, but no request ever becomes whole. A
 * connection is in the middle of something when bytes have come in since the last request was read, and has a bounded time to end that.
 */
final class ConnectionGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

    private final ServerConnector connector;
    private final long limitNanos;
    private final ScheduledExecutorService scheduler;
    private Map<EndPoint, Seen> seen = new HashMap<>();

    /** Guards the connections of a connector once it is started. */
    ConnectionGuard(ServerConnector connector, Duration limit) {
        this.connector = connector;
        this.limitNanos = limit.toNanos();
        this.scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("holdfast-console-guard").daemon().factory());
    }

    /** Begins. */
    void start() {
        long periodMillis = Math.max(100, TimeUnit.NANOSECONDS.toMillis(limitNanos) / 4);
        scheduler.scheduleWithFixedDelay(this::look, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
    }

    /** Ends. Idempotent. */
    @Override
    public void close() {
        scheduler.shutdown();
    }

    private void look() {
        long now = System.nanoTime();
        Map<EndPoint, Seen> next = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Seen present = look(endPoint, now);
            if (present != null && now - present.sinceNanos > limitNanos && present.bytes > present.bytesAtStart) {
                LOG.debug(
                        "connection ended because its request did not become whole remote={}",
                        endPoint.getRemoteSocketAddress());
                endPoint.close();
            } else if (present != null) {
                next.put(endPoint, present);
            }
        }
        seen = next;
    }

    /** What a connection is in the middle of; nothing while a request of it waits for its answer. */
    private @Nullable Seen look(EndPoint endPoint, long now) {
        if (!(endPoint.getConnection() instanceof SslConnection tls)) {
            return null;
        }
        Connection http = tls.getSslEndPoint().getConnection();
        long requests = http == null ? 0 : http.getMessagesIn();
        if (http != null && requests > http.getMessagesOut()) {
            return null;
        }
        long bytes = tls.getBytesIn();
        Seen before = seen.get(endPoint);
        if (before != null && before.requests == requests) {
            return new Seen(requests, before.bytesAtStart, bytes, before.sinceNanos);
        }
        // An answer counts as written with its head, so a stream of events looks like the time between two requests.
        return new Seen(requests, requests == 0 ? 0 : bytes, bytes, now);
    }

    /**
     * A connection between two requests.
     *
     * @param requests read whole so far
     * @param bytesAtStart received when this state was first seen; 0 before the first request, since the handshake counts
     * @param bytes received by now
     * @param sinceNanos when this state was first seen
     */
    private record Seen(long requests, long bytesAtStart, long bytes, long sinceNanos) {}
}
