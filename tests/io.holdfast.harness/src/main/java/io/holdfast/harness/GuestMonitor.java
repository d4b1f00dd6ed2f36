package io.holdfast.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The harness's own monitor of a guest, for what operators do to machines. Events are passed over. For one caller at a time. */
public final class GuestMonitor implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final SocketChannel channel;
    private final BufferedReader lines;

    private GuestMonitor(SocketChannel channel) {
        this.channel = channel;
        this.lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** Connects to a QMP socket, which is waited for. */
    public static GuestMonitor connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            Waiting.until("monitor " + socket, CONNECT_LIMIT, () -> {
                try {
                    return channel.connect(UnixDomainSocketAddress.of(socket));
                } catch (IOException _) {
                    return false;
                }
            });
            GuestMonitor monitor = new GuestMonitor(channel);
            monitor.read();
            monitor.execute("qmp_capabilities", JSON.createObjectNode());
            done = true;
            return monitor;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    /** Runs a command without arguments. */
    public JsonNode execute(String command) throws IOException {
        return execute(command, JSON.createObjectNode());
    }

    /**
     * Runs a command, within 20 seconds.
     *
     * @param command as QEMU calls it
     * @param arguments its arguments
     * @return what it returned
     * @throws IOException with QEMU's words when it refused
     */
    public JsonNode execute(String command, ObjectNode arguments) throws IOException {
        ObjectNode message = JSON.createObjectNode();
        message.put("execute", command).set("arguments", arguments);
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(message + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        while (true) {
            JsonNode answer = read();
            if (answer.has("error")) {
                throw new IOException(
                        command + ": " + answer.path("error").path("desc").asText());
            }
            if (answer.has("return")) {
                return answer.path("return");
            }
        }
    }

    private JsonNode read() throws IOException {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                String read = lines.readLine();
                if (read == null) {
                    line.completeExceptionally(new IOException("QEMU closed the monitor"));
                } else {
                    line.complete(read);
                }
            } catch (IOException e) {
                line.completeExceptionally(e);
            }
        });
        try {
            return JSON.readTree(line.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            channel.close();
            throw new IOException("QEMU did not answer within " + ANSWER_LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Arguments to fill. */
    public static ObjectNode arguments() {
        return JSON.createObjectNode();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
