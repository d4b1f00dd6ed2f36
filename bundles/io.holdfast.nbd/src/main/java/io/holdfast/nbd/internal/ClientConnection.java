package io.holdfast.nbd.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.nbd.NbdClientOptions;
import io.holdfast.nbd.NbdCommand;
import io.holdfast.nbd.NbdConnectionException;
import io.holdfast.nbd.NbdError;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The transmission phase of a client: callers send their requests in turns, one thread takes the replies. The first failure ends everything:
 * it closes the connection and is what every outstanding and later call throws.
 */
public final class ClientConnection {

    private static final long FAREWELL_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final TimedTransport socket;
    private final Transport transport;
    private final long timeoutNanos;
    private final Semaphore admitted;
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteBuffer header = ByteBuffer.allocateDirect(Protocol.REQUEST_BYTES);
    private final AtomicLong lastCookie = new AtomicLong();
    private final Map<Long, PendingRequest> pending = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable NbdConnectionException> failure = new AtomicReference<>();
    private final ReplyReader replies;
    private final Thread reader;

    private ClientConnection(TimedTransport socket, ClientAgreement agreement, NbdClientOptions options) {
        this.socket = socket;
        this.transport = agreement.transport();
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis());
        this.admitted = new Semaphore(options.requestsMax());
        this.replies = new ReplyReader(agreement, pending);
        this.reader = options.threads().newThread(this::takeReplies);
    }

    /**
     * Begins the phase.
     *
     * @param socket what {@code agreement.transport()} is or rests on
     */
    public static ClientConnection start(TimedTransport socket, ClientAgreement agreement, NbdClientOptions options) {
        ClientConnection connection = new ClientConnection(socket, agreement, options);
        socket.readForever();
        connection.reader.setName("holdfast-nbd-client-" + NUMBERS.incrementAndGet());
        connection.reader.start();
        return connection;
    }

    private void takeReplies() {
        try {
            while (true) {
                if (replies.next() == NbdError.ESHUTDOWN) {
                    disconnect(ErrorCode.NETWORK, "the server is about to end");
                }
            }
        } catch (WireException e) {
            fail(ErrorCode.PROTOCOL_ERROR, "the server broke the protocol: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            fail(ErrorCode.NETWORK, "the connection broke: " + e.getMessage(), e);
        }
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param request what is asked
     * @param flags command flags
     * @param payload what follows the request; its position moves
     * @throws NbdConnectionException when the connection cannot be used, or the answer did not come in time
     * @throws io.holdfast.nbd.NbdException when the server answered with an error
     */
    public void call(PendingRequest request, int flags, ByteBuffer payload) throws IOException {
        long deadline = System.nanoTime() + timeoutNanos;
        try {
            if (!admitted.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
                throw timedOut(request);
            }
            try {
                send(request, flags, payload, deadline);
                if (!request.await(deadline)) {
                    throw timedOut(request);
                }
            } finally {
                admitted.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(ErrorCode.CANCELLED, "a thread was interrupted while it waited for an answer", e);
            throw broken();
        }
        if (request.failure() != null) {
            throw broken();
        }
        request.throwError();
    }

    /** As {@link #call(PendingRequest, int, ByteBuffer)}, for a request without payload. */
    public void call(PendingRequest request, int flags) throws IOException {
        call(request, flags, NO_PAYLOAD);
    }

    private void send(PendingRequest request, int flags, ByteBuffer payload, long deadline)
            throws IOException, InterruptedException {
        long cookie = lastCookie.incrementAndGet();
        if (!sending.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw timedOut(request);
        }
        try {
            pending.put(cookie, request);
            if (failure.get() != null) {
                pending.remove(cookie);
                throw broken();
            }
            socket.limitWrites(deadline - System.nanoTime());
            transport.write(header(request.command(), flags, cookie, request.offset(), request.length()), payload);
        } catch (SocketTimeoutException _) {
            throw timedOut(request);
        } catch (NbdConnectionException e) {
            throw e;
        } catch (IOException e) {
            fail(ErrorCode.NETWORK, "the connection broke: " + e.getMessage(), e);
            throw broken();
        } finally {
            sending.unlock();
        }
    }

    /** Fills the header in; for who holds the lock. */
    private ByteBuffer header(NbdCommand command, int flags, long cookie, long offset, long length) {
        header.clear();
        header.putInt(Protocol.REQUEST_MAGIC).putShort((short) flags).putShort((short) command.ordinal());
        return header.putLong(cookie).putLong(offset).putInt((int) length).flip();
    }

    private NbdConnectionException timedOut(PendingRequest request) {
        fail(
                ErrorCode.TIMEOUT,
                request.command() + " of " + request.offset() + "+" + request.length() + " was not answered within "
                        + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms",
                null);
        return broken();
    }

    /** The first failure counts. */
    private void fail(ErrorCode code, String message, @Nullable Throwable cause) {
        NbdConnectionException first = new NbdConnectionException(code, message, cause);
        failure.compareAndSet(null, first);
        transport.close();
        for (PendingRequest request : pending.values()) {
            request.fail(first);
        }
    }

    /** Why the connection cannot be used, as an exception of the calling thread. */
    private NbdConnectionException broken() {
        NbdConnectionException first = failure.get();
        if (first == null) {
            throw new IllegalStateException("broken without a failure");
        }
        return new NbdConnectionException(first.code(), String.valueOf(first.getMessage()), first);
    }

    /** Tells whether calls can be made. */
    public boolean usable() {
        return failure.get() == null;
    }

    /** Says goodbye, closes and waits for the reading thread, at most a second each. Calls in progress fail. */
    public void close() {
        disconnect(ErrorCode.ILLEGAL_STATE, "the client was closed");
        try {
            reader.join(TimeUnit.NANOSECONDS.toMillis(FAREWELL_NANOS_MAX));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void disconnect(ErrorCode code, String message) {
        NbdConnectionException reason = new NbdConnectionException(code, message, null);
        if (failure.compareAndSet(null, reason)) {
            try {
                sayDisconnect();
            } catch (IOException _) {
                // The server learns from the end of the stream.
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        fail(code, message, null);
    }

    private void sayDisconnect() throws IOException, InterruptedException {
        if (!sending.tryLock(FAREWELL_NANOS_MAX, TimeUnit.NANOSECONDS)) {
            return;
        }
        try {
            socket.limitWrites(FAREWELL_NANOS_MAX);
            transport.write(header(NbdCommand.DISC, 0, lastCookie.incrementAndGet(), 0, 0));
            transport.farewell();
        } finally {
            sending.unlock();
        }
    }
}
