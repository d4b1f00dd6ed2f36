package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.holdfast.adapter.kvm.qmp.QmpGreeting;
import io.holdfast.adapter.kvm.qmp.QmpVersion;
import io.holdfast.adapter.kvm.unix.SocketFile;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The monitor for commands and events: passes lines on as they are. Finds out whether QEMU is gone when the connection ends.
 */
final class MonitorLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final Duration SEND_LIMIT = Duration.ofMillis(500);
    private static final long RETRY_NANOS = 50_000_000;

    private final Path socket;
    private final String identity;
    private final Hub hub;
    private final GuardLog log;
    private volatile QmpGreeting.Monitor monitor;
    private volatile boolean gone;

    /**
     * Connects.
     *
     * @throws HoldfastException as {@link QmpGreeting#connect}
     */
    MonitorLine(Path socket, Hub hub, GuardLog log) {
        this.socket = socket;
        this.hub = hub;
        this.log = log;
        this.monitor = QmpGreeting.connect(socket, false);
        try {
            this.identity = SocketFile.identity(socket);
        } catch (IOException e) {
            monitor.connection().close();
            throw new HoldfastException(ErrorCode.MONITOR_NOT_REACHABLE, socket.toString(), "no file: " + e.getMessage(), e);
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
                if (isEvent(line)) {
                    hub.event(line);
                } else {
                    hub.answer(line);
                }
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
                QmpGreeting.Monitor again = QmpGreeting.connect(socket, false);
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

    /** Looks at names of the outermost object only; QEMU puts {@code event} beside {@code timestamp}. */
    private static boolean isEvent(byte[] line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the monitor said something that is no message");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                switch (parser.currentName()) {
                    case "event" -> {
                        return true;
                    }
                    case "return", "error" -> {
                        return false;
                    }
                    default -> {
                        parser.nextToken();
                        parser.skipChildren();
                    }
                }
            }
            return false;
        }
    }
}
