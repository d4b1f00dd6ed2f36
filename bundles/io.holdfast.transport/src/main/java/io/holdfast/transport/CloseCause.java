package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.InetSocketAddress;

/**
 * Why a session ended.
 *
 * @since 1.0
 */
public sealed interface CloseCause {

    /**
     * Names the end as an error, for those who wanted the session to last.
     *
     * @param remote the peer's address
     * @return the error that was found or told; for an orderly end {@code CANCELLED} when it was ours and {@code NETWORK} when it was the
     *     peer's
     */
    default HoldfastException asError(InetSocketAddress remote) {
        return switch (this) {
            case Failed(HoldfastException error) -> error;
            case RefusedByPeer(HoldfastException error) -> error;
            case Closed(String reason) ->
                new HoldfastException(ErrorCode.CANCELLED, remote.toString(), "closed here: " + reason);
            case ClosedByPeer(String reason) ->
                new HoldfastException(ErrorCode.NETWORK, remote.toString(), "closed by the peer: " + reason);
        };
    }

    /**
     * This side ended it in order.
     *
     * @param reason as given to {@link Session#close}
     */
    record Closed(String reason) implements CloseCause {}

    /**
     * The peer ended it in order.
     *
     * @param reason as the peer told
     */
    record ClosedByPeer(String reason) implements CloseCause {}

    /**
     * The peer ended it with an error.
     *
     * @param error what the peer found wrong
     */
    record RefusedByPeer(HoldfastException error) implements CloseCause {}

    /**
     * This side found an error: in what arrived, in the connection, in time, or in the handler.
     *
     * @param error what was found
     */
    record Failed(HoldfastException error) implements CloseCause {}
}
