package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * Which message may arrive when. One for each end of a session; told every message that arrives, before it is used. Whether its content
 * fits the store is not known here. Not thread-safe.
 *
 * @since 1.0
 */
public final class Conversation {

    /**
     * The two ends of a session.
     *
     * @since 1.0
     */
    public enum Side {
        /** Connected, says {@link Message.Hello} and sends data. */
        SOURCE,
        /** Was connected to, answers and takes data. */
        STORE
    }

    private enum Phase {
        BEFORE_GREETING,
        GREETED,
        STREAMING
    }

    private final Side side;
    private Phase phase = Phase.BEFORE_GREETING;

    /**
     * Starts before the first message.
     *
     * @param side the end that receives
     */
    public Conversation(Side side) {
        this.side = side;
    }

    /**
     * Takes note of a message that arrived.
     *
     * @param message what arrived
     * @throws HoldfastException with {@link ErrorCode#PROTOCOL_ERROR} when the other end may not send it, or not now;
     *     {@link ErrorCode#VERSION_UNSUPPORTED} when it speaks no version that we speak
     */
    public void received(Message message) {
        boolean allowed = switch (message) {
            case Message.Ping _, Message.Pong _, Message.Bye _, Message.Refused _ -> true;
            case Message.Hello _ -> side == Side.STORE && phase == Phase.BEFORE_GREETING;
            case Message.OpenEpoch _, Message.HashQuery _ -> side == Side.STORE && phase != Phase.BEFORE_GREETING;
            case Message.Records _, Message.Batch _ -> side == Side.STORE && phase == Phase.STREAMING;
            case Message.Welcome _ -> side == Side.SOURCE && phase == Phase.BEFORE_GREETING;
            case Message.EpochOpened _, Message.Durable _, Message.Credit _, Message.HashAnswer _, Message.Lost _ ->
                side == Side.SOURCE && phase != Phase.BEFORE_GREETING;
        };
        if (!allowed) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "message " + MessageType.of(message),
                    "it may not arrive at the " + side + " side in phase " + phase);
        }
        switch (message) {
            case Message.Hello hello -> greeted(hello.minVersion(), hello.maxVersion());
            case Message.Welcome welcome -> greeted(welcome.version(), welcome.version());
            case Message.OpenEpoch _ -> phase = Phase.STREAMING;
            default -> {}
        }
    }

    private void greeted(int minVersion, int maxVersion) {
        if (WireLimits.VERSION < minVersion || WireLimits.VERSION > maxVersion) {
            throw new HoldfastException(
                    ErrorCode.VERSION_UNSUPPORTED,
                    "protocol version",
                    "the other side speaks " + minVersion + " to " + maxVersion + "; expected " + WireLimits.VERSION
                            + " among them");
        }
        phase = Phase.GREETED;
    }
}
