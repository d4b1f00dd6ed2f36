package io.holdfast.adapter;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.regex.Pattern;

/**
 * What a replica's network adapter is connected to.
 *
 * @since 1.0
 */
public sealed interface ReplicaNetwork {

    /** To nothing: the guest has no network adapter. For tests beside a machine that still runs. */
    record Isolated() implements ReplicaNetwork {}

    /**
     * To a network of the host.
     *
     * @param kind what the name names
     * @param name of the interface on the host, 1 to 15 characters
     * @param macAddress that the guest sees, six pairs of hexadecimal digits with colons
     */
    record Mapped(Kind kind, String name, String macAddress) implements ReplicaNetwork {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");
        private static final Pattern MAC_ADDRESS = Pattern.compile("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");

        public Mapped {
            if (!NAME.matcher(name).matches()) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "network '" + name + "'",
                        "not the name of an interface; expected 1 to 15 letters, digits, dots, hyphens and underscores");
            }
            if (!MAC_ADDRESS.matcher(macAddress).matches()) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "MAC address '" + macAddress + "'",
                        "not an address; expected six pairs of hexadecimal digits with colons");
            }
        }
    }

    /** The ways into a network of the host. */
    enum Kind {
        /** A bridge; the hypervisor's helper joins the guest to it. */
        BRIDGE,
        /** A tap device that somebody has prepared. */
        TAP
    }
}
