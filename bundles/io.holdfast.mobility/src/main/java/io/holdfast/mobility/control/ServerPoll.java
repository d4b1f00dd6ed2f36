package io.holdfast.mobility.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.model.AgentError;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.NodeCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an agent in touch with its configuration server: enrols it, reports the machines' status each second, fetches commands and brings the
 * results back. One thread polls; commands of different machines run side by side, those of one machine one after another. When the server
 * is away the capture goes on, and the poll is tried again.
 *
 * @since 1.0
 */
public final class ServerPoll implements AutoCloseable {

    private static final int WAIT_MILLIS = 1_000;
    private static final Duration POLL_MAX = Duration.ofSeconds(10);
    private static final long PAUSE_LEAST_MILLIS = 250;
    private static final long PAUSE_MOST_MILLIS = 5_000;
    private static final long STOP_MILLIS_MAX = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(ServerPoll.class);

    /**
     * Who this agent is and whom it talks to.
     *
     * @param server base address of the configuration server, {@code https}
     * @param name what people call this agent
     * @param version of its software
     * @param tokenFile enrolment token; read as long as the agent has no certificate that the server takes
     */
    public record Settings(URI server, String name, String version, Path tokenFile) {}

    /** The result of a command, as it is sent. */
    private record Result(
            String command,
            boolean ok,
            @Nullable AgentError error,
            @Nullable String result) {}

    /** How long ago the last answer came, by which the server dates the statuses; {@code moment} is its own. */
    private record Since(long moment, long millis) {}

    /** One poll, as it is sent. */
    private record Poll(
            String agent,
            String name,
            String version,
            int waitMillis,
            @Nullable Since since,
            List<MachineStatus> machines,
            List<Result> results) {}

    private final Settings settings;
    private final AgentCredentials credentials;
    private final CommandRunner runner;
    private final TimeSource time;
    private final JsonMapper json = mapper();
    private final Enrolment enrolment;
    private final ConcurrentLinkedQueue<Result> results = new ConcurrentLinkedQueue<>();
    private final Map<String, Boolean> running = new ConcurrentHashMap<>();
    private final Map<String, ExecutorService> lanes = new ConcurrentHashMap<>();
    private final Object sleeping = new Object();
    private final Thread thread;
    private volatile boolean stopping;
    private @Nullable ServerConnection connection;
    private @Nullable X509Certificate connectedAs;
    private long answeredMoment;
    private long answeredNanos;
    private boolean answered;

    /**
     * Starts to poll.
     *
     * @param settings who and whom
     * @param credentials of the agent
     * @param runner does the commands
     * @param time decides about renewals
     */
    public ServerPoll(Settings settings, AgentCredentials credentials, CommandRunner runner, TimeSource time) {
        this.settings = settings;
        this.credentials = credentials;
        this.runner = runner;
        this.time = time;
        this.enrolment = new Enrolment(settings, credentials, json, time);
        thread = new Thread(this::run, "holdfast-agent-poll");
        thread.start();
    }

    /** Stops polling; commands that run go on to their end. Idempotent. */
    @Override
    public void close() {
        stopping = true;
        wake();
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lanes.values().forEach(ExecutorService::shutdown);
    }

    private void run() {
        long pauseMillis = 0;
        String complained = "";
        while (!stopping) {
            try {
                sleep(pauseMillis);
                if (stopping) {
                    return;
                }
                enrolment.keep();
                poll();
                pauseMillis = 0;
                complained = "";
            } catch (HoldfastException e) {
                pauseMillis = Math.clamp(pauseMillis * 2, PAUSE_LEAST_MILLIS, PAUSE_MOST_MILLIS);
                String reason = e.code() + " " + e.getMessage();
                if (!reason.equals(complained)) {
                    LOG.warn(
                            "configuration server not reached, trying again code={} reason={}",
                            e.code(),
                            e.getMessage());
                    complained = reason;
                }
                disconnect();
            } catch (InterruptedException _) {
                disconnect();
                return;
            }
        }
        disconnect();
    }

    private void poll() throws InterruptedException {
        List<Result> sending = new ArrayList<>(results);
        Poll poll = new Poll(
                agentName(),
                settings.name(),
                settings.version(),
                running.isEmpty() ? WAIT_MILLIS : WAIT_MILLIS / 10,
                answered
                        ? new Since(
                                answeredMoment, TimeUnit.NANOSECONDS.toMillis(time.monotonicNanos() - answeredNanos))
                        : null,
                runner.statuses(),
                sending);
        JsonNode answer;
        try {
            answer = connect().post("/agent/v1/poll", poll, POLL_MAX);
        } catch (HoldfastException e) {
            enrolment.failed(e);
            throw e;
        }
        enrolment.accepted();
        answeredNanos = time.monotonicNanos();
        answeredMoment = answer.path("moment").asLong();
        answered = answer.hasNonNull("moment");
        sending.forEach(result -> {
            results.remove(result);
            running.remove(result.command());
        });
        answer.path("commands").forEach(this::start);
    }

    /** The agent's identity is the common name of its certificate. */
    private String agentName() {
        return CertificateAuthority.Names.of(credentials.current().chain().getFirst())
                .commonName();
    }

    private void start(JsonNode command) {
        String id = command.path("id").asText();
        String machine = command.path("machine").asText("");
        if (running.putIfAbsent(id, true) == null) {
            lanes.computeIfAbsent(machine, _ -> newLane(machine))
                    .execute(() ->
                            results.add(run(id, command.path("kind").asText(), machine, command.path("arguments"))));
        }
    }

    private static ExecutorService newLane(String machine) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread lane = new Thread(task, "holdfast-agent-command-" + (machine.isEmpty() ? "any" : machine));
            lane.setDaemon(true);
            return lane;
        });
    }

    private Result run(String id, String kind, String machine, JsonNode arguments) {
        try {
            Object value = runner.run(kind, machine, arguments);
            LOG.info("command done kind={} machine={}", kind, machine);
            return new Result(id, true, null, value == null ? null : json.writeValueAsString(value));
        } catch (HoldfastException e) {
            LOG.warn("command failed kind={} machine={} code={} reason={}", kind, machine, e.code(), e.getMessage());
            return failed(id, e);
        } catch (JsonProcessingException e) {
            return failed(
                    id,
                    new HoldfastException(ErrorCode.INTERNAL, "command " + kind, "its result cannot be written", e));
        } catch (RuntimeException e) {
            LOG.error("command failed unexpectedly kind={} machine={}", kind, machine, e);
            return failed(
                    id,
                    new HoldfastException(ErrorCode.INTERNAL, "command " + kind, String.valueOf(e.getMessage()), e));
        } finally {
            wake();
        }
    }

    private static Result failed(String id, HoldfastException e) {
        String text = String.valueOf(e.getMessage());
        String prefix = e.object() + ": ";
        return new Result(
                id,
                false,
                new AgentError(e.code(), e.object(), text.startsWith(prefix) ? text.substring(prefix.length()) : text),
                null);
    }

    private ServerConnection connect() {
        NodeCredentials.Credentials own = credentials.current();
        X509Certificate certificate = own.chain().getFirst();
        ServerConnection present = connection;
        if (present == null || connectedAs != certificate) {
            disconnect();
            present = new ServerConnection(settings.server(), json, credentials.authority(), own);
            connection = present;
            connectedAs = certificate;
        }
        return present;
    }

    private void disconnect() {
        ServerConnection present = connection;
        if (present != null) {
            present.close();
            connection = null;
        }
    }

    private void sleep(long millis) throws InterruptedException {
        if (millis > 0) {
            synchronized (sleeping) {
                sleeping.wait(millis);
            }
        }
    }

    private void wake() {
        synchronized (sleeping) {
            sleeping.notifyAll();
        }
    }

    private static JsonMapper mapper() {
        SimpleModule plain = new SimpleModule();
        plain.addSerializer(MachineId.class, new PlainText<>());
        plain.addSerializer(Position.class, new PlainText<>());
        return JsonMapper.builder().addModule(plain).build();
    }

    /** Writes a value as its text. */
    private static final class PlainText<T> extends JsonSerializer<T> {
        @Override
        @SuppressWarnings("null") // the library's interface says nothing about null; ours does
        public void serialize(T value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.toString());
        }
    }
}
