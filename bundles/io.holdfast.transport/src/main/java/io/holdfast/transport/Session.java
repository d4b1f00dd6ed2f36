package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;
import java.net.InetSocketAddress;

/**
 * One authenticated session with a peer. All methods are thread-safe and none blocks. Messages arrive at the peer in the order in which
 * {@link #offer} took them.
 *
 * @since 1.0
 */
public interface Session {

    /**
     * Tells who is at the other end, as proven by its certificate.
     *
     * @return the peer
     */
    PeerIdentity peer();

    /**
     * Tells where the other end is.
     *
     * @return the peer's address and port
     */
    InetSocketAddress remoteAddress();

    /**
     * Sends a message, if the outgoing queue has room. A message is taken whole or not at all.
     *
     * @param message what to send; its buffers must keep their content until it was handed to the socket
     * @return false when the queue is full, after which {@link SessionHandler#writable} is called once there is room again; false also
     *     when the session is closing or closed
     * @throws HoldfastException with {@link ErrorCode#FRAME_TOO_LARGE} when the message fits no frame; the session stays as it is
     */
    default boolean offer(Message message) {
        return offer(message, () -> {});
    }

    /**
     * Sends a message, if the outgoing queue has room.
     *
     * @param message as in {@link #offer(Message)}
     * @param handedToSocket run on the session's I/O thread once all bytes of the message were handed to the socket, in the order of the
     *     messages; never run when the session ends before. It says nothing about arrival, let alone durability
     * @return as in {@link #offer(Message)}
     */
    boolean offer(Message message, Runnable handedToSocket);

    /**
     * Tells how much is waiting to be handed to the socket.
     *
     * @return bytes of frames taken and not yet handed over
     */
    long outgoingBytes();

    /**
     * Stops reading from the socket, so that the peer comes to a stop as well. What was read before, at most
     * {@link TransportLimits#READ_BYTES_MAX} bytes, still arrives. While reading is suspended the idle limit does not apply.
     */
    void suspendRead();

    /** Reads again after {@link #suspendRead}. */
    void resumeRead();

    /**
     * Ends the session in order: what was taken is sent, then {@link Message.Bye}, then the end of the TLS stream; what arrives is
     * dropped. Cut after {@link TransportLimits#closeMillis()}. Without effect on a session that is closing or closed.
     *
     * @param reason for people
     */
    void close(String reason);

    /**
     * Ends the session with an error that the peer is told: as {@link #close}, with {@link Message.Refused} in place of
     * {@link Message.Bye}.
     *
     * @param error what is wrong
     */
    void refuse(HoldfastException error);

    /**
     * Tells whether messages can still be sent.
     *
     * @return false once the session is closing or closed
     */
    boolean isOpen();
}
