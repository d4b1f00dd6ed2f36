package io.holdfast.processserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.transport.CloseCause;
import io.holdfast.transport.Session;
import io.holdfast.transport.SessionHandler;
import io.holdfast.transport.SessionLink;
import io.holdfast.wire.Message;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A relay's session to the master target: turns the transport's calls into the relay's turns.
 *
 * @since 1.0
 */
final class StoreSession implements SessionHandler {

    private final Executor turn;
    private final StoreConnector.Events events;
    private @Nullable SessionLink link;

    /**
     * Makes the handler of a session that is being connected.
     *
     * @param turn the relay's own turn
     * @param events the relay
     */
    StoreSession(Executor turn, StoreConnector.Events events) {
        this.turn = turn;
        this.events = events;
    }

    @Override
    public void opened(Session session) {
        SessionLink store = new SessionLink(session);
        link = store;
        turn.execute(() -> events.connected(store));
    }

    @Override
    public void received(Session session, Message message) {
        turn.execute(() -> events.received(message));
    }

    @Override
    public void writable(Session session) {
        if (link != null) {
            link.writable();
        }
    }

    @Override
    public void closed(Session session, CloseCause cause) {
        turn.execute(() -> events.lost(reason(cause)));
    }

    /** Puts a failed connection into words of ours. */
    static HoldfastException reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof HoldfastException named
                ? named
                : new HoldfastException(ErrorCode.INTERNAL, "master target", "cannot be reached: " + cause, cause);
    }

    private static HoldfastException reason(CloseCause cause) {
        return switch (cause) {
            case CloseCause.RefusedByPeer refused -> refused.error();
            case CloseCause.Failed failed -> failed.error();
            case CloseCause.Closed closed -> gone(closed.reason());
            case CloseCause.ClosedByPeer closed -> gone(closed.reason());
        };
    }

    private static HoldfastException gone(String reason) {
        return new HoldfastException(ErrorCode.NETWORK, "master target", "the session ended: " + reason);
    }
}
