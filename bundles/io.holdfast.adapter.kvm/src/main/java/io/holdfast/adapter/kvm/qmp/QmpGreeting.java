package io.holdfast.adapter.kvm.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.kvm.unix.LineReader;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The first words of a monitor.
 *
 * @param version of QEMU
 * @param outOfBand whether commands may overtake
 * @since 1.0
 */
public record QmpGreeting(QmpVersion version, boolean outOfBand) {

    /** A free monitor greets at once; one that serves somebody else lets us wait for ever. */
    public static final Duration GREETING_LIMIT = Duration.ofSeconds(2);

    /** Longest message accepted: 256 disks with backing chains of ten stay below 2 MiB, and a guard has 32 MiB in all. */
    public static final int LINE_BYTES_MAX = 4 << 20;

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration WRITE_LIMIT = Duration.ofSeconds(1);

    /** A monitor that was greeted and is ready for commands. */
    public record Monitor(UnixConnection connection, LineReader lines, QmpGreeting greeting) {}

    /**
     * Connects, checks the greeting and enters command mode.
     *
     * @param socket path of the monitor's UNIX socket
     * @param wantOutOfBand whether commands shall be able to overtake
     * @return the connection, ready for commands; nothing is left open otherwise
     * @throws HoldfastException {@code MONITOR_NOT_REACHABLE}, {@code MONITOR_NOT_QMP}, {@code MONITOR_IN_USE} or {@code HYPERVISOR_TOO_OLD}
     */
    public static Monitor connect(Path socket, boolean wantOutOfBand) {
        return connect(socket, wantOutOfBand, () -> UnixConnection.connect(socket));
    }

    /**
     * Connects as {@link #connect(Path, boolean)}, by a socket that can hand over descriptors, without out-of-band commands.
     *
     * @param socket path of the monitor's UNIX socket
     * @param boundAt as {@link UnixConnection#connectNamed}
     * @return the connection, ready for commands; nothing is left open otherwise
     * @throws HoldfastException as {@link #connect(Path, boolean)}
     */
    public static Monitor connectNamed(Path socket, Path boundAt) {
        return connect(socket, false, () -> UnixConnection.connectNamed(socket, boundAt));
    }

    /** How a connection is made. */
    private interface Connecting {
        UnixConnection connect() throws IOException;
    }

    private static Monitor connect(Path socket, boolean wantOutOfBand, Connecting connecting) {
        String name = socket.toString();
        UnixConnection connection;
        try {
            connection = connecting.connect();
        } catch (IOException e) {
            // the queue of a socket that serves somebody else holds one more; then connecting itself is refused for now
            boolean queueFull = String.valueOf(e.getMessage()).contains("temporarily unavailable");
            throw queueFull ? inUse(name) : unreachable(name, "cannot be connected to: " + e.getMessage(), e);
        }
        boolean done = false;
        try {
            LineReader lines = new LineReader(connection, LINE_BYTES_MAX);
            QmpGreeting greeting = read(name, lines);
            if (greeting.version.compareTo(QmpVersion.OLDEST_SUPPORTED) < 0) {
                throw new HoldfastException(
                        ErrorCode.HYPERVISOR_TOO_OLD,
                        name,
                        "QEMU " + greeting.version + "; expected " + QmpVersion.OLDEST_SUPPORTED + " or later");
            }
            negotiate(name, connection, lines, wantOutOfBand && greeting.outOfBand);
            done = true;
            return new Monitor(connection, lines, greeting);
        } catch (IOException e) {
            throw unreachable(name, "the connection ended before the monitor was ready: " + e.getMessage(), e);
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private static QmpGreeting read(String name, LineReader lines) throws IOException {
        byte[] line = lines.next(GREETING_LIMIT);
        if (line == null) {
            throw lines.peek().map(first -> first == '{').orElse(true)
                    ? inUse(name)
                    : notQmp(name, "it says something else");
        }
        JsonNode version = parse(name, line).path("QMP").path("version").path("qemu");
        if (!version.path("major").isInt()) {
            throw notQmp(name, "its first line is no greeting");
        }
        boolean outOfBand = false;
        for (JsonNode capability : parse(name, line).path("QMP").path("capabilities")) {
            outOfBand |= "oob".equals(capability.asText());
        }
        return new QmpGreeting(
                new QmpVersion(
                        version.path("major").asInt(),
                        version.path("minor").asInt(),
                        version.path("micro").asInt()),
                outOfBand);
    }

    private static void negotiate(String name, UnixConnection connection, LineReader lines, boolean outOfBand)
            throws IOException {
        QmpCommand command = QmpCommand.of("qmp_capabilities");
        if (outOfBand) {
            command = command.with("enable", JSON.createArrayNode().add("oob"));
        }
        connection.write(encode(command.message("capabilities", false)), WRITE_LIMIT);
        long end = System.nanoTime() + GREETING_LIMIT.toNanos();
        while (true) {
            byte[] line = lines.next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (line == null) {
                throw unreachable(
                        name, "it greeted and then did not answer within " + GREETING_LIMIT.toMillis() + " ms", null);
            }
            JsonNode answer = parse(name, line);
            if (answer.has("return")) {
                return;
            }
            if (answer.has("error")) {
                throw notQmp(
                        name,
                        "it refused qmp_capabilities: "
                                + answer.path("error").path("desc").asText());
            }
        }
    }

    static ByteBuffer encode(ObjectNode message) {
        return ByteBuffer.wrap((message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode parse(String name, byte[] line) {
        try {
            return JSON.readTree(line);
        } catch (IOException _) {
            throw notQmp(name, "it says something that is not JSON");
        }
    }

    private static HoldfastException inUse(String name) {
        return new HoldfastException(
                ErrorCode.MONITOR_IN_USE,
                name,
                "connected, but no greeting within " + GREETING_LIMIT.toMillis()
                        + " ms; expected a QMP socket that no other program is connected to");
    }

    private static HoldfastException notQmp(String name, String found) {
        return new HoldfastException(ErrorCode.MONITOR_NOT_QMP, name, found + "; expected a QMP socket of QEMU");
    }

    private static HoldfastException unreachable(String name, String found, @Nullable Throwable cause) {
        return new HoldfastException(
                ErrorCode.MONITOR_NOT_REACHABLE, name, found + "; expected the QMP socket of a running QEMU", cause);
    }
}
