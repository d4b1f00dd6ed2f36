package io.holdfast.nbd.internal;

import io.holdfast.base.TimeSource;
import io.holdfast.nbd.NbdConnectionEnd;
import io.holdfast.nbd.NbdConnectionEnd.Kind;
import io.holdfast.nbd.NbdConnectionInfo;
import io.holdfast.nbd.NbdConnectionListener;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdServerTls;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One accepted connection, from the greeting to its end; run by its own thread. */
public final class ServerConnection {

    /**
     * What all connections of a server share.
     *
     * @param exports what is offered
     * @param tls whether clients may or must upgrade
     * @param listener hears about connections
     * @param threads makes the threads of parallel reads
     * @param time the clock
     */
    public record Surroundings(
            NbdExports exports,
            NbdServerTls tls,
            NbdConnectionListener listener,
            ThreadFactory threads,
            TimeSource time) {}

    private final long id;
    private final String peer;
    private final Transport transport;
    private final Surroundings around;
    private final long handshakeDeadlineNanos;
    private final AtomicBoolean handshaking = new AtomicBoolean(true);
    private final AtomicInteger readingThreads = new AtomicInteger();
    private final AtomicReference<@Nullable Kind> forced = new AtomicReference<>();
    private volatile @Nullable NbdConnectionInfo info;
    private volatile @Nullable ServerSession session;

    /**
     * Takes a connection over.
     *
     * @param id its number
     * @param peer the client's address for people
     * @param transport the connection
     * @param around what all connections share
     * @param handshakeDeadlineNanos when the client must have chosen, by the monotonic clock
     */
    public ServerConnection(
            long id, String peer, Transport transport, Surroundings around, long handshakeDeadlineNanos) {
        this.id = id;
        this.peer = peer;
        this.transport = transport;
        this.around = around;
        this.handshakeDeadlineNanos = handshakeDeadlineNanos;
    }

    /** Its number in this server. */
    public long id() {
        return id;
    }

    /** The client's address for people. */
    public String peer() {
        return peer;
    }

    /** Who it is, once an export was chosen. */
    public @Nullable NbdConnectionInfo info() {
        return info;
    }

    /** When the request that is being served had arrived, by the monotonic clock; 0 when there is none. */
    public long servingSinceNanos() {
        ServerSession current = session;
        return current == null ? 0 : current.servingSinceNanos();
    }

    /** Nanoseconds until the handshake is overdue; {@code Long.MAX_VALUE} when it has ended. */
    public long handshakeNanosLeft(long nowNanos) {
        return handshaking.get() ? handshakeDeadlineNanos - nowNanos : Long.MAX_VALUE;
    }

    /** Ends the connection if its handshake is still going on. */
    public void endHandshake() {
        if (handshaking.compareAndSet(true, false)) {
            transport.close();
        }
    }

    /** Ends the connection at once; what was not answered before this returned is never answered. The first kind given counts. */
    public void end(Kind kind) {
        forced.compareAndSet(null, kind);
        ServerSession current = session;
        if (current != null) {
            current.finishing();
        }
        transport.close();
    }

    /** Ends the connection as soon as the requests in progress are answered. */
    public void endAfterRequests() {
        ServerSession current = session;
        if (current == null || current.finishing()) {
            end(Kind.SERVER_CLOSED);
        }
    }

    /**
     * Serves until the connection has ended, however it ends.
     *
     * @return tells the listener; to be run when the connection is out of the books
     */
    public Runnable serve() {
        String reason;
        try {
            ServerHandshake handshake = new ServerHandshake(transport, around.exports(), around.tls(), this::chosen);
            Optional<Agreement> agreement = handshake.run();
            if (agreement.isPresent()) {
                return serve(agreement.get());
            }
            reason = "the client left without choosing an export";
        } catch (WireException e) {
            reason = String.valueOf(e.getMessage());
        } catch (SSLException e) {
            reason = ConnectFailure.tlsCode(e) + ": " + e.getMessage();
        } catch (IOException | RuntimeException e) {
            reason = e.toString();
        } finally {
            transport.close();
        }
        return notServed(reason);
    }

    private void chosen(String exportName, String tlsIdentity) throws IOException {
        if (!handshaking.compareAndSet(true, false)) {
            throw new WireException("the handshake took too long");
        }
        NbdConnectionInfo chosen = new NbdConnectionInfo(id, exportName, peer, tlsIdentity);
        info = chosen;
        around.listener().opened(chosen);
    }

    private Runnable serve(Agreement agreement) {
        NbdConnectionInfo current = Objects.requireNonNull(info, "an agreement follows a choice");
        ServerSession served = new ServerSession(
                agreement,
                (command, error, detail) -> around.listener().errorReplied(current, command, error, detail),
                this::readingThread,
                around.time());
        session = served;
        ServerSession.Outcome outcome = served.run();
        Kind byUs = forced.get();
        Kind kind = byUs == null || outcome.kind() == Kind.DISCONNECTED ? outcome.kind() : byUs;
        return closed(current, new NbdConnectionEnd(kind, served.changeRefused(), outcome.detail()));
    }

    private Runnable closed(NbdConnectionInfo connection, NbdConnectionEnd end) {
        return () -> around.listener().closed(connection, end);
    }

    private Thread readingThread(Runnable work) {
        Thread thread = around.threads().newThread(work);
        thread.setName("holdfast-nbd-" + id + "-read-" + readingThreads.incrementAndGet());
        return thread;
    }

    private Runnable notServed(String reason) {
        NbdConnectionInfo current = info;
        if (current != null) {
            Kind byUs = forced.get();
            return closed(current, new NbdConnectionEnd(byUs == null ? Kind.BROKEN : byUs, false, reason));
        }
        boolean overdue = forced.get() == null && !handshaking.get();
        return () -> around.listener().notOpened(peer, overdue ? "the handshake took too long" : reason);
    }
}
