package io.holdfast.adapter;

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
    record Mapped(Kind kind, String name, String macAddress) implements ReplicaNetwork {}

    /** The ways into a network of the host. */
    enum Kind {
        /** A bridge; the hypervisor's helper joins the guest to it. */
        BRIDGE,
        /** A tap device that somebody has prepared. */
        TAP
    }
}
