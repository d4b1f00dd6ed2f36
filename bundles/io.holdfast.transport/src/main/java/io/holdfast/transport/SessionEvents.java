package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.write.WriteException;
import org.apache.mina.filter.FilterEvent;

/** Passes MINA's events to the session they belong to. */
@SuppressWarnings("null") // MINA says nothing about null; none of its parameters is
final class SessionEvents extends IoHandlerAdapter {

    private static final AttributeKey SESSION = new AttributeKey(SessionEvents.class, "session");

    private final Function<IoSession, TransportSession> sessions;

    /**
     * Makes the handler.
     *
     * @param sessions makes the session of a new connection and puts TLS into its chain
     */
    SessionEvents(Function<IoSession, TransportSession> sessions) {
        this.sessions = sessions;
    }

    private static TransportSession of(IoSession io) {
        return (TransportSession) io.getAttribute(SESSION);
    }

    @Override
    public void sessionCreated(IoSession io) {
        io.setAttribute(SESSION, sessions.apply(io));
    }

    @Override
    public void messageReceived(IoSession io, Object message) {
        of(io).received((ByteBuffer) message);
    }

    @Override
    public void messageSent(IoSession io, Object message) {
        if (message instanceof Outgoing outgoing) {
            of(io).sent(outgoing);
        } else if (message == TlsFilter.END) {
            of(io).endSent();
        }
    }

    @Override
    public void event(IoSession io, FilterEvent event) {
        if (event instanceof TlsFilter.Event tls) {
            switch (tls) {
                case TlsFilter.Event.Established established -> of(io).established(established.peerChain());
                case TlsFilter.Event.PeerClosed _ -> of(io).peerClosed();
                case TlsFilter.Event.Failed(HoldfastException error, boolean byPeer) -> {
                    if (byPeer) {
                        of(io).connectionFailed(error);
                    } else {
                        of(io).tlsFailed(error);
                    }
                }
            }
        }
    }

    @Override
    public void inputClosed(IoSession io) {
        of(io).inputClosed();
    }

    @Override
    public void exceptionCaught(IoSession io, Throwable error) {
        switch (error) {
            case HoldfastException named -> of(io).connectionFailed(named);
            case WriteException _ -> {} // what could not be sent any more; the end is reported by itself
            case IOException network ->
                of(io).connectionFailed(new HoldfastException(
                        ErrorCode.NETWORK, of(io).remoteAddress().toString(), "" + network.getMessage(), network));
            default ->
                of(io).connectionFailed(new HoldfastException(
                        ErrorCode.INTERNAL, of(io).remoteAddress().toString(), "" + error, error));
        }
    }

    @Override
    public void sessionClosed(IoSession io) {
        of(io).disconnected();
    }
}
