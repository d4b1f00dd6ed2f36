package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.time.Duration;

/**
 * Where the server listens and what it bears.
 *
 * @param bindAddress a literal address or a name of this host; the unspecified address of IPv4 for all of those, {@code ::} for all
 * @param port 1 to 65,535, or 0 for any free one
 * @param limits what it bears
 */
public record ServerSettings(String bindAddress, int port, Limits limits) {

    private static final int PORT_MOST = 65_535;

    public ServerSettings {
        if (bindAddress.isBlank()) {
            throw invalid(
                    "bindAddress",
                    "empty; expected a literal address or a name of this host, or :: for all its addresses");
        }
        if (port < 0 || port > PORT_MOST) {
            throw invalid("port", port + " given; expected 1 to " + PORT_MOST);
        }
    }

    /**
     * Takes the product's limits.
     *
     * @param bindAddress where to listen
     * @param port where to listen
     * @return the settings
     */
    public static ServerSettings of(String bindAddress, int port) {
        return new ServerSettings(bindAddress, port, Limits.USUAL);
    }

    private static HoldfastException invalid(String object, String message) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, object, message);
    }

    /**
     * What a server bears.
     *
     * @param connectionsMax at most so many connections; more wait in the kernel's queue
     * @param callsMax at most so many calls of people and programs are carried out at a time; more are refused
     * @param idle a connection on which nothing moves is closed after this time; at least a second
     * @param request the head of a request, or a handshake, that has not arrived whole within this time ends its connection; at least a second
     * @param heartbeat how often a silent event stream says that it is alive; less than {@code idle}
     */
    public record Limits(int connectionsMax, int callsMax, Duration idle, Duration request, Duration heartbeat) {

        /** Stands before what it checks. */
        private static final Duration LEAST = Duration.ofSeconds(1);

        /**
         * Those of the product. Connections: two thousand agents with two each at worst, and some dozen browsers with six. Calls: each may
         * hold one connection to the database. Idle: longer than an agent's poll waits.
         */
        public static final Limits USUAL =
                new Limits(4_500, 256, Duration.ofSeconds(45), Duration.ofSeconds(15), Duration.ofSeconds(15));

        public Limits {
            if (connectionsMax < 1 || callsMax < 1) {
                throw invalid(
                        "limits", "connections " + connectionsMax + ", calls " + callsMax + "; expected at least 1");
            }
            if (idle.compareTo(LEAST) < 0 || request.compareTo(LEAST) < 0) {
                throw invalid("limits", "idle " + idle + ", request " + request + "; expected at least " + LEAST);
            }
            if (heartbeat.compareTo(idle) >= 0 || heartbeat.isNegative() || heartbeat.isZero()) {
                throw invalid(
                        "limits", "heartbeat " + heartbeat + "; expected more than nothing and less than " + idle);
            }
        }
    }
}
