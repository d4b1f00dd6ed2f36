package io.holdfast.adapter.kvm.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A direct connection to a monitor. Thread-safe; owns one daemon thread that reads.
 *
 * @since 1.0
 */
public final class QmpClient implements Qmp, AutoCloseable {

    /** More commands than this wait for answers only when QEMU has stopped answering. */
    private static final int WAITING_MAX = 64;

    private static final Duration POLL = Duration.ofSeconds(60);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final String name;
    private final QmpGreeting.Monitor monitor;
    private final QmpListener listener;
    private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Thread reader;
    private volatile boolean closing;
    private volatile boolean ended;

    private QmpClient(String name, QmpGreeting.Monitor monitor, QmpListener listener) {
        this.name = name;
        this.monitor = monitor;
        this.listener = listener;
        this.reader = Thread.ofPlatform().daemon().name("holdfast-qmp-" + name).unstarted(this::readAll);
    }

    /**
     * Connects and enters command mode, within 4 seconds.
     *
     * @param socket path of the monitor's UNIX socket
     * @param outOfBand whether {@link #executeOutOfBand} is wanted
     * @param listener hears events from the first on
     * @return the client; close it
     * @throws HoldfastException {@code MONITOR_NOT_REACHABLE}, {@code MONITOR_NOT_QMP}, {@code MONITOR_IN_USE} or {@code HYPERVISOR_TOO_OLD}
     */
    public static QmpClient connect(Path socket, boolean outOfBand, QmpListener listener) {
        QmpClient client = new QmpClient(socket.toString(), QmpGreeting.connect(socket, outOfBand), listener);
        client.reader.start();
        return client;
    }

    @Override
    public QmpVersion version() {
        return monitor.greeting().version();
    }

    /**
     * Tells whether {@link #executeOutOfBand} may be used.
     *
     * @return false when QEMU lacks it
     */
    public boolean canOvertake() {
        return monitor.greeting().outOfBand();
    }

    @Override
    public JsonNode execute(QmpCommand command, Duration limit) throws QmpRefusal {
        return run(command, false, limit);
    }

    /**
     * Runs a command beside everything else that the monitor may be busy with, even when QEMU's main loop hangs. QEMU allows it for few
     * commands, {@code yank} and {@code query-yank} among them.
     *
     * @param command what to do
     * @param limit how long to wait at most
     * @return the answer's {@code return}
     * @throws QmpRefusal when QEMU answered with an error
     */
    public JsonNode executeOutOfBand(QmpCommand command, Duration limit) throws QmpRefusal {
        return run(command, true, limit);
    }

    private JsonNode run(QmpCommand command, boolean outOfBand, Duration limit) throws QmpRefusal {
        if (waiting.size() >= WAITING_MAX) {
            throw new HoldfastException(ErrorCode.TIMEOUT, name, WAITING_MAX + " commands wait for answers already");
        }
        String id = Long.toString(lastId.incrementAndGet());
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            if (ended) {
                throw lost("the connection is closed", null);
            }
            monitor.connection().write(QmpGreeting.encode(command.message(id, outOfBand)), limit);
            return result(command, answer.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            monitor.connection().close();
            throw lost("the connection broke at " + command.name(), e);
        } catch (TimeoutException _) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT, name, command.name() + " was not answered within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw lost("the connection broke before " + command.name() + " was answered", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(
                    ErrorCode.CANCELLED, name, "interrupted while waiting for " + command.name(), e);
        } finally {
            waiting.remove(id);
        }
    }

    private static JsonNode result(QmpCommand command, JsonNode message) throws QmpRefusal {
        JsonNode error = message.get("error");
        if (error != null) {
            throw new QmpRefusal(
                    command.name(),
                    error.path("class").asText(),
                    error.path("desc").asText());
        }
        return message.path("return");
    }

    private HoldfastException lost(String found, @Nullable Throwable cause) {
        return new HoldfastException(ErrorCode.MONITOR_NOT_REACHABLE, name, found, cause);
    }

    private void readAll() {
        String reason = "closed here";
        try {
            while (!closing) {
                byte[] line = monitor.lines().next(POLL);
                if (line != null) {
                    dispatch(QmpGreeting.JSON.readTree(line));
                }
            }
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        } finally {
            ended = true;
            monitor.connection().close();
            IOException end = new IOException(reason);
            waiting.values().forEach(answer -> answer.completeExceptionally(end));
            if (!closing) {
                listener.closed(reason);
            }
        }
    }

    private void dispatch(JsonNode message) {
        if (message.has("event")) {
            JsonNode data = message.path("data");
            listener.event(
                    message.path("event").asText(), data.isObject() ? data : QmpGreeting.JSON.createObjectNode());
            return;
        }
        CompletableFuture<JsonNode> answer = waiting.get(message.path("id").asText());
        if (answer != null && message instanceof ObjectNode) {
            answer.complete(message);
        }
    }

    @Override
    public void close() {
        closing = true;
        monitor.connection().close();
        if (Thread.currentThread() != reader) {
            try {
                reader.join(CLOSE_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
