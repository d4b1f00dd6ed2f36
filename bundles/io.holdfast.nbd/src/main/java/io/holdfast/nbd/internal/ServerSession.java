package io.holdfast.nbd.internal;

import io.holdfast.base.TimeSource;
import io.holdfast.nbd.NbdCommand;
import io.holdfast.nbd.NbdConnectionEnd.Kind;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The transmission phase of one connection: requests are served in the order of their arrival by the thread that runs this, except reads of
 * an export that allows several at once.
 */
public final class ServerSession {

    /** A write that breaks the rules is read and dropped up to this size; a larger one ends the connection. */
    private static final long PAYLOAD_SKIPPED_MAX = 64L << 20;

    private final Agreement agreement;
    private final NbdExport export;
    private final WireInput input;
    private final Replies replies;
    private final RequestRules rules;
    private final ReadService reads;
    private final StatusService status;
    private final ErrorEvents events;
    private final TimeSource time;
    private final @Nullable ParallelReads parallel;
    private final RequestGate gate = new RequestGate();
    private final AtomicReference<@Nullable Outcome> workerFailure = new AtomicReference<>();
    private volatile long servingSinceNanos;
    private volatile boolean changeRefused;

    /** Hears of every error before it is sent. */
    @FunctionalInterface
    public interface ErrorEvents {
        void replied(NbdCommand command, NbdError error, String detail);
    }

    /**
     * How the phase ended.
     *
     * @param kind what happened first
     * @param detail for people
     */
    public record Outcome(Kind kind, String detail) {}

    /** Serving one request that keeps to the rules. */
    @FunctionalInterface
    private interface Service {
        void serve() throws IOException;
    }

    /**
     * Prepares the phase.
     *
     * @param agreement what the handshake led to
     * @param events hears of errors
     * @param threads makes the threads of parallel reads
     * @param time the clock
     */
    public ServerSession(Agreement agreement, ErrorEvents events, ThreadFactory threads, TimeSource time) {
        this.agreement = agreement;
        this.export = agreement.export();
        this.input = agreement.input();
        this.replies = new Replies(agreement.transport(), agreement.structured());
        this.rules = new RequestRules(agreement);
        this.reads = new ReadService(export, replies);
        this.status = new StatusService(export, agreement.contexts(), replies);
        this.events = events;
        this.time = time;
        this.parallel = export.readOnly() && export.parallelReads() > 1
                ? new ParallelReads(export.parallelReads(), threads, () -> new ReadService(export, replies))
                : null;
    }

    /** Serves until the connection ends, however it ends; on return no call of the export is in progress. */
    public Outcome run() {
        Outcome outcome = guarded(this::serveAll);
        ParallelReads aside = parallel;
        if (aside != null) {
            if (outcome.kind() != Kind.DISCONNECTED) {
                agreement.transport().close();
            }
            aside.finish();
        }
        Outcome failure = workerFailure.get();
        if (failure != null) {
            return failure;
        }
        if (outcome.kind() == Kind.DISCONNECTED) {
            agreement.transport().farewell();
        }
        return outcome;
    }

    /** Tells whether a write, zeroing or trim was answered with an error. */
    public boolean changeRefused() {
        return changeRefused;
    }

    /** When the request that is being served had arrived whole, by the monotonic clock; 0 when there is none or reads are parallel. */
    public long servingSinceNanos() {
        return servingSinceNanos;
    }

    /** Lets the requests in progress be answered and takes no other. Returns true when none is in progress. */
    public boolean finishing() {
        return gate.close();
    }

    /** A part of the phase, whatever it may throw. */
    @FunctionalInterface
    private interface Part {
        Outcome run() throws IOException;
    }

    private static Outcome guarded(Part part) {
        try {
            return part.run();
        } catch (WireException e) {
            return new Outcome(Kind.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Outcome(Kind.BROKEN, e.toString());
        } catch (RuntimeException | OutOfMemoryError e) {
            return new Outcome(Kind.EXPORT_FAILED, e.toString());
        }
    }

    private Outcome serveAll() throws IOException {
        ParallelReads aside = parallel;
        while (true) {
            Request request = Request.read(input);
            if (request == null) {
                return new Outcome(Kind.END_OF_STREAM, "the stream ended between two requests");
            }
            NbdCommand command = request.command();
            if (command == NbdCommand.DISC) {
                return new Outcome(Kind.DISCONNECTED, "the client disconnected");
            }
            if (!gate.enter()) {
                return new Outcome(Kind.SERVER_CLOSED, "the server was closed");
            }
            if (command == NbdCommand.READ && aside != null) {
                aside.submit(service -> serveAside(request, service));
                continue;
            }
            serve(command, request);
            if (!gate.leave()) {
                return new Outcome(Kind.SERVER_CLOSED, "the server was closed");
            }
        }
    }

    /** Serves a read on a thread of its own; a failure there ends the connection. */
    private void serveAside(Request request, ReadService service) {
        Outcome outcome = guarded(() -> {
            answer(NbdCommand.READ, request, () -> service.serve(request));
            return new Outcome(Kind.DISCONNECTED, "");
        });
        boolean last = !gate.leave();
        if (outcome.kind() != Kind.DISCONNECTED) {
            workerFailure.compareAndSet(null, outcome);
        }
        if (last || outcome.kind() != Kind.DISCONNECTED) {
            agreement.transport().close();
        }
    }

    private void serve(@Nullable NbdCommand command, Request request) throws IOException {
        if (command == NbdCommand.WRITE) {
            write(request);
            return;
        }
        arrived();
        if (command == null) {
            replies.error(request.cookie(), NbdError.EINVAL, "command " + request.type() + " is not known");
        } else {
            answer(command, request, () -> perform(command, request));
        }
        servingSinceNanos = 0;
    }

    private void perform(NbdCommand command, Request request) throws IOException {
        switch (command) {
            case READ -> reads.serve(request);
            case BLOCK_STATUS -> status.serve(request);
            case FLUSH -> {
                Guarded.run(export::flush);
                replies.done(request.cookie());
            }
            case TRIM, CACHE, WRITE_ZEROES -> {
                if (request.length() > 0) {
                    Guarded.run(() -> advise(command, request));
                }
                replies.done(request.cookie());
            }
            case WRITE, DISC -> throw new IllegalStateException(command + " is served elsewhere");
        }
    }

    /** Requests on a range that carry no data either way. */
    private void advise(NbdCommand command, Request request) throws IOException {
        boolean fua = request.has(Protocol.CMD_FLAG_FUA);
        if (command == NbdCommand.TRIM) {
            export.trim(request.offset(), request.length(), fua);
        } else if (command == NbdCommand.CACHE) {
            export.cache(request.offset(), request.length());
        } else {
            export.writeZeroes(request.offset(), request.length(), fua, request.has(Protocol.CMD_FLAG_NO_HOLE));
        }
    }

    private void write(Request request) throws IOException {
        try {
            rules.check(NbdCommand.WRITE, request);
        } catch (NbdException e) {
            if (request.length() > PAYLOAD_SKIPPED_MAX) {
                refuse(NbdCommand.WRITE, request, e);
                throw new WireException("a write of " + request.length() + " bytes; at most " + rules.payloadMax());
            }
            input.discard(request.length());
            refuse(NbdCommand.WRITE, request, e);
            return;
        }
        ByteBuffer data = ByteBuffer.allocate((int) request.length());
        input.read(data);
        data.flip();
        arrived();
        try {
            if (data.hasRemaining()) {
                Guarded.run(() -> export.write(request.offset(), data, request.has(Protocol.CMD_FLAG_FUA)));
            }
            replies.done(request.cookie());
        } catch (NbdException e) {
            refuse(NbdCommand.WRITE, request, e);
        }
        servingSinceNanos = 0;
    }

    private void arrived() {
        long now = time.monotonicNanos();
        servingSinceNanos = now == 0 ? 1 : now;
    }

    private void answer(NbdCommand command, Request request, Service service) throws IOException {
        try {
            rules.check(command, request);
            service.serve();
        } catch (NbdException e) {
            refuse(command, request, e);
        }
    }

    private void refuse(NbdCommand command, Request request, NbdException e) throws IOException {
        String detail = String.valueOf(e.getMessage());
        if (command.changes()) {
            changeRefused = true;
        }
        events.replied(command, e.error(), detail);
        replies.error(request.cookie(), e.error(), detail);
    }
}
