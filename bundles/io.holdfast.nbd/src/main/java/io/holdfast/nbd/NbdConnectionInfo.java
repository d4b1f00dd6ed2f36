package io.holdfast.nbd;

/**
 * A connection that reached the transmission phase.
 *
 * @param id number of the connection in this server, from 1 on; its thread is {@code holdfast-nbd-<id>}
 * @param exportName as the client gave it
 * @param peer address for people; for a UNIX socket, which has none, {@code unix}
 * @param tlsIdentity subject of the client's certificate, empty without TLS or without a certificate
 * @since 1.0
 */
public record NbdConnectionInfo(long id, String exportName, String peer, String tlsIdentity) {}
