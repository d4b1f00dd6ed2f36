package io.holdfast.mobility.agent;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.mobility.machine.StoreDialer;
import io.holdfast.transport.CloseCause;
import io.holdfast.transport.Session;
import io.holdfast.transport.SessionHandler;
import io.holdfast.transport.SessionLink;
import io.holdfast.transport.TransportClient;
import io.holdfast.wire.Message;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Opens sessions to process servers over the transport. */
final class ServerDialer implements StoreDialer {

    private final TransportClient client;

    ServerDialer(TransportClient client) {
        this.client = client;
    }

    @Override
    public void dial(String host, int port, Events events) {
        client.connect(new InetSocketAddress(host, port), new Handler(events)).whenComplete((_, failure) -> {
            if (failure != null) {
                events.closed(reason(failure));
            }
        });
    }

    private static HoldfastException reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof HoldfastException named
                ? named
                : new HoldfastException(ErrorCode.INTERNAL, "process server", "cannot be reached: " + cause, cause);
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
        return new HoldfastException(ErrorCode.NETWORK, "process server", "the session ended: " + reason);
    }

    private static final class Handler implements SessionHandler {

        private final Events events;
        private @Nullable SessionLink link;

        Handler(Events events) {
            this.events = events;
        }

        @Override
        public void opened(Session session) {
            SessionLink opened = new SessionLink(session);
            link = opened;
            events.connected(opened);
        }

        @Override
        public void received(Session session, Message message) {
            events.received(message);
        }

        @Override
        public void writable(Session session) {
            if (link != null) {
                link.writable();
            }
        }

        @Override
        public void closed(Session session, CloseCause cause) {
            events.closed(reason(cause));
        }
    }
}
