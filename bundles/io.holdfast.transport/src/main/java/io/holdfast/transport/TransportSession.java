package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.wire.Conversation;
import io.holdfast.wire.FrameDecoder;
import io.holdfast.wire.FrameEncoder;
import io.holdfast.wire.Message;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import org.apache.mina.core.session.AbstractIoSession;
import org.apache.mina.core.session.IoSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session on a MINA connection.
 *
 * <p>It goes through {@code HANDSHAKE} (TLS), {@code GREETING} (the side that connected waits for the other's first Ping, which says that
 * its certificate was accepted), {@code OPEN}, {@code CLOSING} (our end is on its way, what arrives is dropped) and {@code CLOSED}; it may
 * leave out any of the middle ones and never goes back. The first cause of an end is the one that is told.
 *
 * <p>Threads: methods of {@link Session} and {@link #tick} belong to anybody, the rest to the connection's I/O thread. The lock guards the
 * state and puts what is sent into one order; no handler is called with it held.
 */
final class TransportSession implements Session {

    /** What a server or client adds to a session. */
    interface Owner {

        /** Which end of the conversation we are. */
        Conversation.Side side();

        /**
         * Decides about a peer that has proven its identity.
         *
         * @return the handler of the session
         * @throws HoldfastException when the peer may not have a session; it is told
         */
        SessionHandler authenticated(TransportSession session, PeerIdentity peer);

        /** Checks what a peer says it wants. */
        void checkHello(PeerIdentity peer, Message.Hello hello);

        /** The handler has heard of the session. */
        void opened(TransportSession session);

        /** The connection is gone. */
        void ended(TransportSession session, CloseCause cause);
    }

    private enum State {
        HANDSHAKE,
        GREETING,
        OPEN,
        CLOSING,
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(TransportSession.class);

    /** Pings of ours carry no meaning beyond being one. */
    private static final Message.Ping PING = new Message.Ping(0);

    private static final Runnable NO_ACTION = () -> {};

    private final IoSession io;
    private final InetSocketAddress remoteAddress;
    private final Owner owner;
    private final TransportLimits limits;
    private final TimeSource time;
    private final SessionTimes times;
    private final FrameEncoder encoder;
    private final FrameDecoder decoder;
    private final Conversation conversation;
    private final Object lock = new Object();

    private volatile State state = State.HANDSHAKE;
    private volatile @Nullable PeerIdentity peer;
    private volatile @Nullable SessionHandler handler;
    private boolean handlerKnowsUs;
    private @Nullable CloseCause cause;
    private long outgoingBytes;
    private boolean writableWanted;
    private boolean pongUnderWay;
    private boolean endSent;
    private boolean peerEnded;

    TransportSession(IoSession io, Owner owner, TransportLimits limits, TimeSource time) {
        this.io = io;
        this.remoteAddress = (InetSocketAddress) io.getRemoteAddress();
        this.owner = owner;
        this.limits = limits;
        this.time = time;
        this.times = new SessionTimes(limits, time.monotonicNanos());
        this.encoder = new FrameEncoder(limits.frameBytesMax());
        this.decoder = new FrameDecoder(limits.frameBytesMax());
        this.conversation = new Conversation(owner.side());
    }

    @Override
    public PeerIdentity peer() {
        PeerIdentity known = peer;
        if (known == null) {
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "session", "the peer has not proven itself");
        }
        return known;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean offer(Message message, Runnable handedToSocket) {
        if (state != State.OPEN) {
            return false;
        }
        Outgoing outgoing = Outgoing.of(encoder.encode(message), handedToSocket);
        synchronized (lock) {
            if (state != State.OPEN) {
                return false;
            }
            if (outgoingBytes > 0 && outgoingBytes + outgoing.bytes() > limits.outgoingBytesMax()) {
                writableWanted = true;
                return false;
            }
            write(outgoing);
            return true;
        }
    }

    /** Called with the lock held. */
    private void write(Outgoing outgoing) {
        outgoingBytes += outgoing.bytes();
        io.write(outgoing);
    }

    @Override
    public long outgoingBytes() {
        synchronized (lock) {
            return outgoingBytes;
        }
    }

    @Override
    public void suspendRead() {
        io.suspendRead();
    }

    @Override
    public void resumeRead() {
        times.received(time.monotonicNanos());
        io.resumeRead();
        wakeUpSelector();
    }

    /** MINA changes what a selector waits for without waking it, which would cost up to a second. */
    @SuppressWarnings("unchecked") // MINA's own types are raw here
    private void wakeUpSelector() {
        if (io instanceof AbstractIoSession session) {
            session.getProcessor().flush(session);
        }
    }

    @Override
    public void close(String reason) {
        end(new CloseCause.Closed(reason), Message.Bye.of(reason));
    }

    @Override
    public void refuse(HoldfastException error) {
        end(new CloseCause.Failed(error), Message.Refused.of(error));
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * Begins the end, unless it has begun.
     *
     * @param why told to the handler once the connection is gone
     * @param lastMessage told to the peer, if TLS still carries it
     */
    private void end(CloseCause why, @Nullable Message lastMessage) {
        synchronized (lock) {
            if (state == State.CLOSING || state == State.CLOSED) {
                return;
            }
            boolean secured = state != State.HANDSHAKE;
            cause = why;
            state = State.CLOSING;
            times.closing(time.monotonicNanos());
            if (secured && lastMessage != null) {
                write(Outgoing.of(encoder.encode(lastMessage), NO_ACTION));
            }
            if (secured) {
                io.write(TlsFilter.END);
            } else {
                endSent = true;
            }
        }
        if (io.isReadSuspended()) {
            resumeRead();
        }
        finishIfEnded();
    }

    private void finishIfEnded() {
        boolean ended;
        synchronized (lock) {
            ended = state == State.CLOSING && endSent && peerEnded;
        }
        if (ended) {
            io.closeNow();
        }
    }

    /** TLS is established: decides about the peer. */
    void established(List<X509Certificate> peerChain) {
        PeerIdentity identity = new PeerIdentity(CommonNames.of(peerChain.getFirst()), peerChain);
        synchronized (lock) {
            if (state != State.HANDSHAKE) {
                return;
            }
            peer = identity;
            state = State.GREETING;
        }
        guarded(_ -> {
            handler = owner.authenticated(this, identity);
            if (owner.side() == Conversation.Side.STORE) {
                sendControl(PING, NO_ACTION);
                open();
            }
        });
    }

    private void open() {
        synchronized (lock) {
            if (state != State.GREETING) {
                return;
            }
            state = State.OPEN;
            times.opened(time.monotonicNanos(), owner.side() == Conversation.Side.STORE);
        }
        handlerKnowsUs = true;
        guarded(listener -> listener.opened(this));
        owner.opened(this);
    }

    /** Sends what does not count against the limit of the outgoing queue. */
    private void sendControl(Message message, Runnable handedToSocket) {
        synchronized (lock) {
            if (state == State.GREETING || state == State.OPEN) {
                write(Outgoing.of(encoder.encode(message), handedToSocket));
            }
        }
    }

    /** Plaintext arrived. */
    void received(ByteBuffer plain) {
        times.received(time.monotonicNanos());
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        try {
            decoder.feed(plain, this::dispatch);
        } catch (HoldfastException e) {
            refuse(e);
        }
    }

    private void dispatch(Message message) {
        switch (state) {
            case GREETING -> greeted(message);
            case OPEN -> arrived(message);
            case HANDSHAKE, CLOSING, CLOSED -> {}
        }
    }

    private void greeted(Message message) {
        switch (message) {
            case Message.Ping ping -> {
                answer(ping);
                open();
            }
            case Message.Refused refused -> end(new CloseCause.RefusedByPeer(refused.toException()), null);
            default ->
                refuse(new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "greeting",
                        message.getClass().getSimpleName() + " arrived; expected Ping"));
        }
    }

    private void arrived(Message message) {
        switch (message) {
            case Message.Ping ping -> answer(ping);
            case Message.Pong _ -> {}
            case Message.Bye bye -> end(new CloseCause.ClosedByPeer(bye.reason()), null);
            case Message.Refused refused -> end(new CloseCause.RefusedByPeer(refused.toException()), null);
            default ->
                guarded(listener -> {
                    conversation.received(message);
                    if (message instanceof Message.Hello hello) {
                        times.helloArrived();
                        owner.checkHello(peer(), hello);
                    }
                    listener.received(this, message);
                });
        }
    }

    /** One answer at a time is enough: a peer that does not read cannot fill our memory with answers. */
    private void answer(Message.Ping ping) {
        if (!pongUnderWay) {
            pongUnderWay = true;
            sendControl(new Message.Pong(ping.nonce()), () -> pongUnderWay = false);
        }
    }

    /** Runs what may throw; whatever it throws ends the session and nothing else. */
    private void guarded(Consumer<SessionHandler> call) {
        SessionHandler listener = handler;
        try {
            call.accept(listener == null ? NoHandler.INSTANCE : listener);
        } catch (HoldfastException e) {
            refuse(e);
        } catch (RuntimeException e) {
            LOG.error("Session handler failed: remote={}", remoteAddress(), e);
            refuse(new HoldfastException(
                    ErrorCode.INTERNAL, "session", "it met an error that is none of the peer's", e));
        }
    }

    /** A frame's last byte was handed to the socket. */
    void sent(Outgoing outgoing) {
        boolean roomAgain;
        synchronized (lock) {
            outgoingBytes -= outgoing.bytes();
            roomAgain = writableWanted && state == State.OPEN && outgoingBytes <= limits.outgoingBytesMax() / 2;
            writableWanted &= !roomAgain;
        }
        times.sent(time.monotonicNanos());
        guarded(listener -> {
            outgoing.handedToSocket().run();
            if (roomAgain) {
                listener.writable(this);
            }
        });
    }

    /** Our half of the TLS stream was handed to the socket to its end. */
    void endSent() {
        synchronized (lock) {
            endSent = true;
        }
        finishIfEnded();
    }

    /** The peer has ended its half of the TLS stream in order. */
    void peerClosed() {
        if (decoder.isBetweenFrames()) {
            end(new CloseCause.ClosedByPeer("ended without a word"), null);
        } else {
            refuse(new HoldfastException(ErrorCode.PROTOCOL_ERROR, "TLS stream", "it ended in the middle of a frame"));
        }
        peerEnded();
    }

    /** The peer has ended its half of the connection. */
    void inputClosed() {
        end(
                new CloseCause.Failed(new HoldfastException(
                        ErrorCode.NETWORK, remoteAddress.toString(), "the connection ended before the TLS stream did")),
                null);
        io.suspendRead(); // the end of the stream would be reported again and again
        peerEnded();
    }

    private void peerEnded() {
        synchronized (lock) {
            peerEnded = true;
        }
        finishIfEnded();
    }

    /** TLS found an error and has sent its alert: stays a little, so that the alert arrives before the connection is reset. */
    void tlsFailed(HoldfastException error) {
        end(new CloseCause.Failed(error), null);
        endSent(); // the engine sends nothing after an alert
    }

    /** The connection itself failed. */
    void connectionFailed(HoldfastException error) {
        end(new CloseCause.Failed(error), null);
        io.closeNow();
    }

    /** The connection is gone. */
    void disconnected() {
        CloseCause why;
        synchronized (lock) {
            state = State.CLOSED;
            why = cause != null
                    ? cause
                    : new CloseCause.Failed(new HoldfastException(
                            ErrorCode.NETWORK, remoteAddress.toString(), "the connection was lost"));
        }
        owner.ended(this, why);
        if (handlerKnowsUs) {
            guarded(listener -> listener.closed(this, why));
        }
    }

    /** Does what is due; called by a timer every little while. */
    void tick() {
        long now = time.monotonicNanos();
        SessionTimes.Due due = switch (state) {
            case HANDSHAKE, GREETING -> times.dueBeforeOpen(now);
            case OPEN -> times.dueWhileOpen(now, io.isReadSuspended());
            case CLOSING -> times.dueWhileClosing(now);
            case CLOSED -> SessionTimes.Due.NOTHING;
        };
        switch (due) {
            case NOTHING -> {}
            case PING -> pingIfQuiet();
            case CLOSE_TOO_LONG -> io.closeNow();
            case HANDSHAKE_TOO_LONG ->
                connectionFailed(timeout("the handshake took more than " + limits.handshakeMillis() + " ms"));
            case HELLO_TOO_LATE -> refuse(timeout("no Hello arrived within " + limits.helloMillis() + " ms"));
            case SILENT_TOO_LONG -> refuse(timeout("nothing arrived for " + limits.idleMillis() + " ms"));
        }
    }

    private HoldfastException timeout(String found) {
        return new HoldfastException(ErrorCode.TIMEOUT, remoteAddress.toString(), found);
    }

    private void pingIfQuiet() {
        synchronized (lock) {
            if (outgoingBytes == 0) {
                sendControl(PING, NO_ACTION);
            }
        }
    }

    /** Cuts the connection. */
    void cut() {
        io.closeNow();
    }
}
