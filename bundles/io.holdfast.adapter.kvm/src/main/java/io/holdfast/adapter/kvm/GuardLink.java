package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.adapter.kvm.guard.Frame;
import io.holdfast.adapter.kvm.guard.FrameStream;
import io.holdfast.adapter.kvm.guard.Note;
import io.holdfast.adapter.kvm.guard.Welcome;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.adapter.kvm.qmp.QmpVersion;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The adapter's side of a guard's socket. Thread-safe; owns one daemon thread that reads.
 */
final class GuardLink implements Qmp, AutoCloseable {

    /** Hears the guard, on the reading thread, in the guard's order; must not call back into the link. */
    interface Listener {

        void event(long number, String name, JsonNode data);

        void note(long number, Note note);

        /** Another adapter has taken our place; {@link #lost} follows. */
        void replaced();

        /** Last call, not made after {@link GuardLink#close}. */
        void lost(String reason);
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SEND_LIMIT = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final int WAITING_MAX = 64;

    private final Path socket;
    private final FrameStream stream;
    private final Welcome welcome;
    private final Listener listener;
    private final Map<String, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastRequest = new AtomicLong();

    /** Answers of QEMU to an adapter before us come here as well; no id of ours is one of theirs. */
    private final String idPrefix =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + "-";

    private final Thread reader;
    private volatile long lastHeardNanos = System.nanoTime();
    private volatile boolean closing;

    private GuardLink(Path socket, FrameStream stream, Welcome welcome, Listener listener) {
        this.socket = socket;
        this.stream = stream;
        this.welcome = welcome;
        this.listener = listener;
        this.reader = Thread.ofPlatform()
                .daemon()
                .name("holdfast-guard-link-" + socket)
                .unstarted(this::readAll);
    }

    /**
     * Connects and says what was heard last. Nothing is read until {@link #start}.
     *
     * @param socket of the guard
     * @param guard id of the guard that was heard before, empty for none
     * @param lastNumber its last event number that was heard
     * @param listener hears what comes after that
     * @param limit for the guard's answer
     * @throws IOException when no guard answers
     */
    static GuardLink connect(Path socket, String guard, long lastNumber, Listener listener, Duration limit)
            throws IOException {
        FrameStream stream = new FrameStream(UnixConnection.connect(socket));
        boolean done = false;
        try {
            stream.write(Frame.of(Frame.Type.HELLO, lastNumber, guard), SEND_LIMIT);
            Frame answer = stream.read(limit);
            if (answer == null) {
                throw new SocketTimeoutException("the guard did not answer within " + limit.toMillis() + " ms");
            }
            if (answer.type() != Frame.Type.WELCOME) {
                throw new IOException("the guard answered " + answer.type() + " to HELLO");
            }
            GuardLink link = new GuardLink(socket, stream, Welcome.parse(answer.payload()), listener);
            done = true;
            return link;
        } finally {
            if (!done) {
                stream.close();
            }
        }
    }

    void start() {
        reader.start();
    }

    Welcome welcome() {
        return welcome;
    }

    /** When anything came from the guard last. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    @Override
    public QmpVersion version() {
        List<Integer> numbers = welcome.qemu();
        return new QmpVersion(numbers.get(0), numbers.get(1), numbers.get(2));
    }

    @Override
    public JsonNode execute(QmpCommand command, Duration limit) throws QmpRefusal {
        String id = idPrefix + lastRequest.incrementAndGet();
        byte[] answer = request(id, Frame.of(Frame.Type.COMMAND, 0, command.toLine(id)), command.name(), limit);
        JsonNode message = parse(answer);
        JsonNode error = message.get("error");
        if (error != null) {
            throw new QmpRefusal(
                    command.name(),
                    error.path("class").asText(),
                    error.path("desc").asText());
        }
        return message.path("return");
    }

    /**
     * Has the guard cut the capture.
     *
     * @return nodes that were cut
     * @throws HoldfastException when the guard does not answer or QEMU did not take it
     */
    List<String> cut(Duration limit) {
        return nodes(Frame.Type.CUT, limit);
    }

    /**
     * Has the guard list what it could cut.
     *
     * @return nodes
     * @throws HoldfastException as {@link #cut}
     */
    List<String> cuttable(Duration limit) {
        return nodes(Frame.Type.LIST, limit);
    }

    private List<String> nodes(Frame.Type type, Duration limit) {
        List<String> nodes = new ArrayList<>();
        result(type, "", limit).path("nodes").forEach(node -> nodes.add(node.asText()));
        return nodes;
    }

    /**
     * Has the guard connect to an export by a connection that QEMU holds open itself.
     *
     * @param export its id
     * @return where one client can connect to, soon
     * @throws HoldfastException when the guard does not answer or QEMU does not take part
     */
    Path hold(String export, Duration limit) {
        return Path.of(result(Frame.Type.HOLD, export, limit).path("socket").asText());
    }

    /**
     * Has the guard end its side of all connections that it made to exports.
     *
     * @throws HoldfastException when the guard does not answer
     */
    void letGo(Duration limit) {
        result(Frame.Type.LET_GO, "", limit);
    }

    private JsonNode result(Frame.Type type, String payload, Duration limit) {
        long number = lastRequest.incrementAndGet();
        JsonNode result = parse(request(Long.toString(number), Frame.of(type, number, payload), type.name(), limit));
        if (result.has("error")) {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE,
                    socket.toString(),
                    result.path("error").asText());
        }
        return result;
    }

    /** Asks for a sign of life; it shows in {@link #lastHeardNanos}. */
    void ping() {
        try {
            stream.write(Frame.of(Frame.Type.PING, 0), SEND_LIMIT);
        } catch (IOException _) {
            stream.close();
        }
    }

    /** Tells the guard to end itself. */
    void end() {
        try {
            stream.write(Frame.of(Frame.Type.END, 0), SEND_LIMIT);
        } catch (IOException _) {
            // it is gone already
        }
    }

    private byte[] request(String id, Frame frame, String what, Duration limit) {
        if (waiting.size() >= WAITING_MAX) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT, socket.toString(), WAITING_MAX + " requests wait for answers already");
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            if (closing) {
                throw new IOException("closed here");
            }
            stream.write(frame, SEND_LIMIT);
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (IOException | ExecutionException e) {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE, socket.toString(), "the guard was lost at " + what, e);
        } catch (TimeoutException _) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT,
                    socket.toString(),
                    what + " was not answered within " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(
                    ErrorCode.CANCELLED, socket.toString(), "interrupted while waiting for " + what, e);
        } finally {
            waiting.remove(id);
        }
    }

    private JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.PROTOCOL_ERROR, socket.toString(), "an answer that is not JSON", e);
        }
    }

    private void readAll() {
        String reason = "closed here";
        try {
            while (!closing) {
                Frame frame = stream.read(POLL);
                if (frame != null) {
                    lastHeardNanos = System.nanoTime();
                    handle(frame);
                }
            }
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        } finally {
            stream.close();
            boolean unexpected = !closing;
            closing = true;
            IOException end = new IOException(reason);
            waiting.values().forEach(answer -> answer.completeExceptionally(end));
            if (unexpected) {
                listener.lost(reason);
            }
        }
    }

    private void handle(Frame frame) throws IOException {
        switch (frame.type()) {
            case EVENT -> {
                JsonNode event = JSON.readTree(frame.payload());
                listener.event(frame.number(), event.path("event").asText(), event.path("data"));
            }
            case NOTE -> listener.note(frame.number(), Note.parse(frame.payload()));
            case ANSWER -> complete(JSON.readTree(frame.payload()).path("id").asText(), frame);
            case RESULT -> complete(Long.toString(frame.number()), frame);
            case REPLACED -> listener.replaced();
            case PONG, WELCOME -> {
                // heard is all that counts
            }
            case HELLO, COMMAND, CUT, LIST, PING, END, HOLD, LET_GO ->
                throw new IOException("a guard does not send " + frame.type());
        }
    }

    private void complete(String id, Frame frame) {
        CompletableFuture<byte[]> answer = waiting.get(id);
        if (answer != null) {
            answer.complete(frame.payload());
        }
    }

    @Override
    public void close() {
        closing = true;
        stream.close();
        if (reader.isAlive() && Thread.currentThread() != reader) {
            try {
                reader.join(CLOSE_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
