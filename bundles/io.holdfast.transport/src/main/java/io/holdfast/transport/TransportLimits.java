package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.WireLimits;

/**
 * The bounds of a server or client. Every one is checked when the settings are made.
 *
 * @param sessionsMax authenticated sessions at a time, 1 to 65,536
 * @param handshakesMax connections at a time that are not authenticated yet, 1 to 4,096; more are closed at once
 * @param handshakeMillis from connection to the end of the TLS handshake, 100 to 60,000
 * @param helloMillis from there to the first message of the side that connected, 100 to 60,000
 * @param pingMillis after so long without sending anything a Ping is sent, 100 to 600,000
 * @param idleMillis after so long without receiving anything the session ends with TIMEOUT; at least twice {@code pingMillis}
 * @param closeMillis how long an orderly end may take before the connection is cut, 100 to 60,000
 * @param frameBytesMax largest frame accepted and sent, {@link WireLimits#FRAME_BYTES_LEAST_MAX} to
 *     {@link WireLimits#FRAME_BYTES_MAX}
 * @param outgoingBytesMax bytes taken and not yet handed to the socket, for each session; {@code frameBytesMax} to 256 MiB
 * @since 1.0
 */
public record TransportLimits(
        int sessionsMax,
        int handshakesMax,
        int handshakeMillis,
        int helloMillis,
        int pingMillis,
        int idleMillis,
        int closeMillis,
        int frameBytesMax,
        int outgoingBytesMax) {

    /** The most bytes read from a socket at a time. */
    public static final int READ_BYTES_MAX = 256 << 10;

    /** 2,000 machines a node, and room for those that reconnect before their old session was noticed to be dead. */
    public static final TransportLimits DEFAULT =
            new TransportLimits(4_096, 256, 10_000, 10_000, 15_000, 45_000, 2_000, WireLimits.FRAME_BYTES_MAX, 8 << 20);

    public TransportLimits {
        check("sessionsMax", sessionsMax, 1, 65_536);
        check("handshakesMax", handshakesMax, 1, 4_096);
        check("handshakeMillis", handshakeMillis, 100, 60_000);
        check("helloMillis", helloMillis, 100, 60_000);
        check("pingMillis", pingMillis, 100, 600_000);
        check("idleMillis", idleMillis, 2 * pingMillis, 3_600_000);
        check("closeMillis", closeMillis, 100, 60_000);
        check("frameBytesMax", frameBytesMax, WireLimits.FRAME_BYTES_LEAST_MAX, WireLimits.FRAME_BYTES_MAX);
        check("outgoingBytesMax", outgoingBytesMax, frameBytesMax, 256 << 20);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, value + " given; expected " + least + " to " + most);
        }
    }

    /**
     * These limits with other bounds on counts.
     *
     * @param sessions as {@link #sessionsMax()}
     * @param handshakes as {@link #handshakesMax()}
     * @return the changed limits
     */
    public TransportLimits withCounts(int sessions, int handshakes) {
        return new TransportLimits(
                sessions,
                handshakes,
                handshakeMillis,
                helloMillis,
                pingMillis,
                idleMillis,
                closeMillis,
                frameBytesMax,
                outgoingBytesMax);
    }

    /**
     * These limits with other bounds on the start of a session.
     *
     * @param handshake as {@link #handshakeMillis()}
     * @param hello as {@link #helloMillis()}
     * @return the changed limits
     */
    public TransportLimits withStartMillis(int handshake, int hello) {
        return new TransportLimits(
                sessionsMax,
                handshakesMax,
                handshake,
                hello,
                pingMillis,
                idleMillis,
                closeMillis,
                frameBytesMax,
                outgoingBytesMax);
    }

    /**
     * These limits with other bounds on silence.
     *
     * @param ping as {@link #pingMillis()}
     * @param idle as {@link #idleMillis()}
     * @return the changed limits
     */
    public TransportLimits withSilenceMillis(int ping, int idle) {
        return new TransportLimits(
                sessionsMax,
                handshakesMax,
                handshakeMillis,
                helloMillis,
                ping,
                idle,
                closeMillis,
                frameBytesMax,
                outgoingBytesMax);
    }

    /**
     * These limits with other bounds on sizes.
     *
     * @param frameBytes as {@link #frameBytesMax()}
     * @param outgoingBytes as {@link #outgoingBytesMax()}
     * @return the changed limits
     */
    public TransportLimits withBytes(int frameBytes, int outgoingBytes) {
        return new TransportLimits(
                sessionsMax,
                handshakesMax,
                handshakeMillis,
                helloMillis,
                pingMillis,
                idleMillis,
                closeMillis,
                frameBytes,
                outgoingBytes);
    }
}
