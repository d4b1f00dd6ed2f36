package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Conversation;
import io.holdfast.wire.Message;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSocketConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connecting end on MINA. */
final class MinaClient implements TransportClient {

    private static final Logger LOG = LoggerFactory.getLogger(TransportClient.class);
    private static final AttributeKey ATTEMPT = new AttributeKey(MinaClient.class, "attempt");

    private final TransportLimits limits;
    private final TransportTls tls;
    private final PeerCheck check;
    private final SessionSet sessions;
    private final NioSocketConnector connector;

    MinaClient(TransportLimits limits, TransportTls tls, PeerCheck check) {
        this.limits = limits;
        this.tls = tls;
        this.check = check;
        this.sessions = new SessionSet("transport-client", limits);
        this.connector = new NioSocketConnector(sessions.threads(), sessions.processors());
        connector.setConnectTimeoutMillis(limits.handshakeMillis());
        SessionSet.configure(connector.getSessionConfig());
        connector.setHandler(new SessionEvents(this::connected));
    }

    private TransportSession connected(IoSession io) {
        Attempt attempt = (Attempt) io.getAttribute(ATTEMPT);
        return sessions.connected(io, () -> TlsEngines.forClient(tls), attempt);
    }

    @Override
    public CompletableFuture<Session> connect(InetSocketAddress address, SessionHandler handler) {
        Attempt attempt = new Attempt(handler);
        try {
            connector
                    .connect(address, (io, _) -> io.setAttribute(ATTEMPT, attempt))
                    .addListener((ConnectFuture connected) -> {
                        if (connected.getException() != null) {
                            attempt.result.completeExceptionally(connectError(address, connected.getException()));
                        }
                    });
        } catch (IllegalStateException e) {
            attempt.result.completeExceptionally(
                    new HoldfastException(ErrorCode.ILLEGAL_STATE, address.toString(), "this client is closed", e));
        }
        return attempt.result;
    }

    private HoldfastException connectError(InetSocketAddress address, Throwable error) {
        if (error instanceof HoldfastException named) {
            return named;
        }
        if (error instanceof ConnectException && ("" + error.getMessage()).contains("timed out")) {
            return new HoldfastException(
                    ErrorCode.TIMEOUT,
                    address.toString(),
                    "no connection within " + limits.handshakeMillis() + " ms",
                    error);
        }
        return new HoldfastException(
                ErrorCode.NETWORK, address.toString(), "it cannot be connected to (" + error.getMessage() + ")", error);
    }

    @Override
    public void close() {
        sessions.endSessions();
        connector.dispose();
        sessions.close();
    }

    /** One call of {@link #connect} and the session that comes of it. */
    private final class Attempt implements TransportSession.Owner {

        private final SessionHandler handler;
        private final CompletableFuture<Session> result = new CompletableFuture<>();

        Attempt(SessionHandler handler) {
            this.handler = handler;
        }

        @Override
        public Conversation.Side side() {
            return Conversation.Side.SOURCE;
        }

        @Override
        public SessionHandler authenticated(TransportSession session, PeerIdentity peer) {
            check.checkPeer(peer);
            if (!sessions.authenticated(session)) {
                throw new HoldfastException(
                        ErrorCode.OVERLOADED, "client", "it has " + limits.sessionsMax() + " sessions; expected fewer");
            }
            return handler;
        }

        @Override
        public void checkHello(PeerIdentity peer, Message.Hello hello) {
            throw new HoldfastException(ErrorCode.PROTOCOL_ERROR, "Hello", "it arrived at the side that connected");
        }

        @Override
        public void opened(TransportSession session) {
            LOG.info(
                    "Session opened: remote={} peer={}",
                    session.remoteAddress(),
                    session.peer().commonName());
            result.complete(session);
        }

        @Override
        public void ended(TransportSession session, CloseCause cause) {
            sessions.ended(session);
            LOG.info("Session ended: remote={} cause={}", session.remoteAddress(), cause);
            result.completeExceptionally(cause.asError(session.remoteAddress()));
        }
    }
}
