package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.wire.Conversation;
import io.holdfast.wire.Message;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.apache.mina.core.RuntimeIoException;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening end on MINA. */
final class MinaServer implements TransportServer, TransportSession.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(TransportServer.class);
    private static final int BACKLOG = 256;

    private final TransportLimits limits;
    private final TransportTls tls;
    private final PeerCheck check;
    private final SessionHandler.Factory handlers;
    private final SessionSet sessions;
    private final RateLimitedLog refusals = new RateLimitedLog(TimeSource.SYSTEM);
    private final NioSocketAcceptor acceptor;
    private final InetSocketAddress boundAddress;

    /** Makes the server and begins to listen; leaves nothing behind when it cannot. */
    MinaServer(
            InetSocketAddress address,
            TransportLimits limits,
            TransportTls tls,
            PeerCheck check,
            SessionHandler.Factory handlers) {
        this.limits = limits;
        this.tls = tls;
        this.check = check;
        this.handlers = handlers;
        this.sessions = new SessionSet("transport-server", limits);
        this.acceptor = new NioSocketAcceptor(sessions.threads(), sessions.processors());
        this.boundAddress = bind(address);
        LOG.info(
                "Transport listens: address={} sessionsMax={} handshakesMax={}",
                boundAddress,
                limits.sessionsMax(),
                limits.handshakesMax());
    }

    private InetSocketAddress bind(InetSocketAddress address) {
        acceptor.setReuseAddress(true);
        acceptor.setCloseOnDeactivation(false); // sessions are ended in order when this server is closed
        acceptor.setBacklog(BACKLOG);
        SessionSet.configure(acceptor.getSessionConfig());
        acceptor.setHandler(new SessionEvents(io -> sessions.connected(io, () -> TlsEngines.forServer(tls), this)));
        try {
            acceptor.bind(address);
            return acceptor.getLocalAddress();
        } catch (IOException | RuntimeIoException e) {
            close();
            throw bindError(address, e);
        }
    }

    private static HoldfastException bindError(InetSocketAddress address, Exception error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException && ("" + cause.getMessage()).contains("in use")) {
                return new HoldfastException(
                        ErrorCode.PORT_IN_USE,
                        address.toString(),
                        "another process listens there; expected a free port",
                        error);
            }
        }
        return new HoldfastException(
                ErrorCode.NETWORK, address.toString(), "it cannot be listened on (" + error.getMessage() + ")", error);
    }

    @Override
    public InetSocketAddress address() {
        return boundAddress;
    }

    @Override
    public int sessions() {
        return sessions.authenticatedCount();
    }

    @Override
    public void close() {
        acceptor.unbind();
        sessions.endSessions();
        acceptor.dispose();
        sessions.close();
    }

    @Override
    public Conversation.Side side() {
        return Conversation.Side.STORE;
    }

    @Override
    public SessionHandler authenticated(TransportSession session, PeerIdentity peer) {
        check.checkPeer(peer);
        if (!sessions.authenticated(session)) {
            throw new HoldfastException(
                    ErrorCode.OVERLOADED,
                    "server",
                    "it has " + limits.sessionsMax() + " sessions; expected fewer; trying again later may help");
        }
        return handlers.handlerFor(peer);
    }

    @Override
    public void checkHello(PeerIdentity peer, Message.Hello hello) {
        check.checkHello(peer, hello);
    }

    @Override
    public void opened(TransportSession session) {
        LOG.info(
                "Session opened: remote={} peer={}",
                session.remoteAddress(),
                session.peer().commonName());
    }

    @Override
    public void ended(TransportSession session, CloseCause cause) {
        boolean wasAuthenticated = sessions.ended(session);
        if (wasAuthenticated) {
            LOG.info(
                    "Session ended: remote={} peer={} cause={}",
                    session.remoteAddress(),
                    session.peer().commonName(),
                    cause);
        } else if (cause instanceof CloseCause.Failed(HoldfastException error)) {
            refusals.connectionRefused(session.remoteAddress(), error);
        }
    }
}
