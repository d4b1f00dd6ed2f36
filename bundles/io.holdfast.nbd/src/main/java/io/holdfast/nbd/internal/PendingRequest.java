package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdCommand;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client that waits for its answer. The thread that takes replies fills it, the caller waits for it; whichever ends it first
 * wins, and after that nothing is written to the caller's buffer any more.
 */
public final class PendingRequest {

    private static final ByteBuffer NO_TARGET = ByteBuffer.allocate(0);
    private static final byte[] ZEROES = new byte[16 << 10];

    private final NbdCommand command;
    private final long offset;
    private final long length;
    private final ByteBuffer target;
    private final Coverage coverage;
    private final Map<Integer, List<NbdExtent>> extents = new HashMap<>();
    private @Nullable NbdException error;
    private @Nullable IOException failure;
    private boolean ended;

    /** Prepares a request that reads no content. */
    public PendingRequest(NbdCommand command, long offset, long length) {
        this(command, offset, length, NO_TARGET);
    }

    /**
     * Prepares a request.
     *
     * @param target where a read's content goes: exactly {@code length} bytes, counted from 0
     */
    public PendingRequest(NbdCommand command, long offset, long length, ByteBuffer target) {
        this.command = command;
        this.offset = offset;
        this.length = length;
        this.target = target;
        this.coverage = new Coverage(offset, length);
    }

    NbdCommand command() {
        return command;
    }

    long offset() {
        return offset;
    }

    long length() {
        return length;
    }

    /** Announces content; refuses what the request did not ask for. */
    void expectContent(long at, long bytes) throws WireException {
        if (command != NbdCommand.READ) {
            throw new WireException("content in answer to " + command);
        }
        coverage.add(at, bytes);
    }

    /** Takes announced content from what has arrived. Returns bytes taken. */
    synchronized int takeContent(WireInput input, long at, int bytesMax) throws IOException {
        if (ended) {
            throw new IOException("the read was given up");
        }
        ByteBuffer part = target.slice((int) (at - offset), bytesMax);
        input.takeInto(part);
        return part.position();
    }

    /** Takes announced zeroes. */
    synchronized void takeZeroes(long at, int bytes) {
        if (ended) {
            return;
        }
        ByteBuffer part = target.slice((int) (at - offset), bytes);
        while (part.hasRemaining()) {
            part.put(ZEROES, 0, Math.min(part.remaining(), ZEROES.length));
        }
    }

    /** Takes the status in one context. */
    void takeExtents(int contextId, List<NbdExtent> found) throws WireException {
        if (command != NbdCommand.BLOCK_STATUS || extents.putIfAbsent(contextId, found) != null) {
            throw new WireException("block status of context " + contextId + " in answer to " + command + ", or twice");
        }
    }

    /** Takes an error; the first one counts. */
    void takeError(NbdException reported) {
        if (error == null) {
            error = reported;
        }
    }

    /** The server has sent the last part of its answer. */
    synchronized void complete() throws WireException {
        if (error == null && command == NbdCommand.READ && !coverage.complete()) {
            throw new WireException("a read of " + offset + "+" + length + " was answered in part");
        }
        ended = true;
        notifyAll();
    }

    /** The connection cannot be used any more. */
    synchronized void fail(IOException cause) {
        if (!ended) {
            ended = true;
            failure = cause;
            notifyAll();
        }
    }

    /** Waits for the end. Returns false when it did not come in time. */
    synchronized boolean await(long deadlineNanos) throws InterruptedException {
        while (!ended) {
            long nanos = deadlineNanos - System.nanoTime();
            if (nanos <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
        return true;
    }

    /** Why there is no answer, once ended; null when there is one. */
    synchronized @Nullable IOException failure() {
        return failure;
    }

    /** What the server answered, once ended: nothing, or an error. */
    synchronized void throwError() throws NbdException {
        NbdException reported = error;
        if (reported != null) {
            throw new NbdException(reported.error(), String.valueOf(reported.getMessage()), reported);
        }
    }

    /** The status in a context, once ended; null when the server left it out. */
    public synchronized @Nullable List<NbdExtent> extents(int contextId) {
        return extents.get(contextId);
    }
}
