package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpGreeting;
import io.holdfast.adapter.kvm.qmp.QmpVersion;
import io.holdfast.adapter.kvm.unix.SocketFile;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The monitor for commands and events: passes lines on as they are. Finds out whether QEMU is gone when the connection ends.
 */
final class MonitorLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final Duration SEND_LIMIT = Duration.ofMillis(500);
    private static final long RETRY_NANOS = 50_000_000;
    private static final long HAND_OVER_SECONDS = 2;

    /** No adapter's ids begin so: theirs are hexadecimal. */
    private static final String OWN_ID = "guard-";

    private final Path socket;
    private final Path boundAt;
    private final String identity;
    private final Hub hub;
    private final GuardLog log;
    private final Map<String, CompletableFuture<byte[]>> own = new ConcurrentHashMap<>();
    private final AtomicLong handedOver = new AtomicLong();
    private volatile QmpGreeting.Monitor monitor;
    private volatile boolean gone;

    /**
     * Connects.
     *
     * @throws HoldfastException as {@link QmpGreeting#connect}
     */
    MonitorLine(GuardSettings settings, Hub hub, GuardLog log) {
        this.socket = settings.monitor();
        this.boundAt = settings.folder().resolve("monitor.client");
        this.hub = hub;
        this.log = log;
        this.monitor = QmpGreeting.connectNamed(socket, boundAt);
        try {
            this.identity = SocketFile.identity(socket);
        } catch (IOException e) {
            monitor.connection().close();
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE, socket.toString(), "no file: " + e.getMessage(), e);
        }
    }

    QmpVersion version() {
        return monitor.greeting().version();
    }

    boolean isGone() {
        return gone;
    }

    /** Sends an adapter's command; one that QEMU does not take is lost, and the adapter's own time limit says so. */
    void send(byte[] line) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n');
            monitor.connection().write(bytes.flip(), SEND_LIMIT);
        } catch (IOException e) {
            log.say("command not taken by the monitor: " + e.getMessage());
            monitor.connection().close();
        }
    }

    /**
     * Hands one of the guard's sockets to QEMU, which keeps it open under a name until {@code closefd} or its own end.
     *
     * @throws HoldfastException when QEMU does not take it
     */
    void handOver(UnixConnection connection, String name) {
        String id = OWN_ID + handedOver.incrementAndGet();
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        own.put(id, answer);
        try {
            byte[] line =
                    (QmpCommand.of("getfd").with("fdname", name).toLine(id) + "\n").getBytes(StandardCharsets.UTF_8);
            monitor.connection().write(ByteBuffer.wrap(line), connection, SEND_LIMIT);
            String text = new String(answer.get(HAND_OVER_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
            if (!text.contains("\"return\"")) {
                throw new HoldfastException(ErrorCode.INTERNAL, name, "QEMU does not hold the connection: " + text);
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE,
                    socket.toString(),
                    "QEMU did not take a connection to hold: " + e,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(ErrorCode.CANCELLED, name, "interrupted", e);
        } finally {
            own.remove(id);
        }
    }

    /** Passes lines on until QEMU is gone; for a thread of its own. */
    void run() {
        while (true) {
            String reason = passLines();
            log.say("monitor ended: " + reason);
            if (!reconnect(reason)) {
                gone = true;
                log.say("QEMU is gone");
                hub.note(new Note(Note.Kind.GONE, reason));
                return;
            }
            hub.note(new Note(Note.Kind.MONITOR_BACK, "the monitor is connected again"));
        }
    }

    private String passLines() {
        try {
            while (true) {
                byte[] line = monitor.lines().next(POLL);
                if (line == null) {
                    continue;
                }
                pass(line);
            }
        } catch (IOException e) {
            monitor.connection().close();
            return String.valueOf(e.getMessage());
        }
    }

    /** Connects again for as long as somebody listens; nobody does when QEMU is gone, and then nothing was lost. */
    private boolean reconnect(String reason) {
        boolean told = false;
        while (true) {
            try {
                if (!SocketFile.identity(socket).equals(identity)) {
                    return false;
                }
                QmpGreeting.Monitor again = QmpGreeting.connectNamed(socket, boundAt);
                if (!told) {
                    hub.note(new Note(Note.Kind.MONITOR_LOST, reason));
                }
                monitor = again;
                return true;
            } catch (IOException _) {
                return false;
            } catch (HoldfastException e) {
                if (e.code() == ErrorCode.MONITOR_NOT_REACHABLE && !listens()) {
                    return false;
                }
                if (e.code() == ErrorCode.MONITOR_IN_USE && !told) {
                    told = true;
                    hub.note(new Note(Note.Kind.MONITOR_LOST, reason + "; somebody else holds it now"));
                }
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private boolean listens() {
        try (UnixConnection _ = UnixConnection.connect(socket)) {
            return true;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("temporarily unavailable");
        }
    }

    /** Looks at names of the outermost object only; QEMU puts {@code event} beside {@code timestamp} and {@code id} behind the answer. */
    private void pass(byte[] line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the monitor said something that is no message");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (field.equals("event")) {
                    hub.event(line);
                    return;
                }
                parser.nextToken();
                if (field.equals("id") && parser.getText().startsWith(OWN_ID)) {
                    CompletableFuture<byte[]> answer = own.get(parser.getText());
                    if (answer != null) {
                        answer.complete(line);
                    }
                    return;
                }
                parser.skipChildren();
            }
        }
        hub.answer(line);
    }
}
