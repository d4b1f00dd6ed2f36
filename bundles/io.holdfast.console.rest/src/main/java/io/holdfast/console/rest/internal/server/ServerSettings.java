package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.time.Duration;

/**
 * Where the server listens and what it bears.
 *
 * @param bindAddress a literal address or a name of this host; {@code 0.0.0.0} for all IPv4 addresses, {@code ::} for all
 * @param port 1 to 65,535, or 0 for any free one
 * @param connectionsMax at most so many connections; more wait in the kernel's queue
 * @param idle a connection on which nothing moves is closed after this time; at least a second
 * @param request the head of a request, or a handshake, that has not arrived whole within this time ends its connection; at least a second
 * @param heartbeat how often a silent event stream says that it is alive; less than {@code idle}
 */
public record ServerSettings(
        String bindAddress, int port, int connectionsMax, Duration idle, Duration request, Duration heartbeat) {

    /** Two thousand agents with two connections each at worst, and some dozen browsers with six. */
    private static final int CONNECTIONS_MAX = 4_500;

    /** Longer than an agent's poll waits. */
    private static final Duration IDLE = Duration.ofSeconds(45);
    private static final Duration REQUEST = Duration.ofSeconds(15);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration LEAST = Duration.ofSeconds(1);

    public ServerSettings {
        if (bindAddress.isBlank()) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "bindAddress", "empty; expected an address such as 0.0.0.0");
        }
        if (port < 0 || port > 65_535) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "port", port + " given; expected 1 to 65535");
        }
        if (connectionsMax < 1) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "connectionsMax", connectionsMax + " given; expected at least 1");
        }
        if (idle.compareTo(LEAST) < 0 || request.compareTo(LEAST) < 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "timeouts", "idle " + idle + ", request " + request + "; expected at least " + LEAST);
        }
        if (heartbeat.compareTo(idle) >= 0 || heartbeat.isNegative() || heartbeat.isZero()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "heartbeat", heartbeat + " given; expected more than nothing and less than " + idle);
        }
    }

    /**
     * Takes the product's bounds.
     *
     * @param bindAddress where to listen
     * @param port where to listen
     * @return the settings
     */
    public static ServerSettings of(String bindAddress, int port) {
        return new ServerSettings(bindAddress, port, CONNECTIONS_MAX, IDLE, REQUEST, HEARTBEAT);
    }
}
