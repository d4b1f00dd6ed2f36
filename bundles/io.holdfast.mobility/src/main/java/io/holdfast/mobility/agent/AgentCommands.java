package io.holdfast.mobility.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.mobility.control.CommandRunner;
import io.holdfast.mobility.copy.CopyKind;
import io.holdfast.mobility.machine.MachineEngine;
import io.holdfast.mobility.machine.MachineRecord;
import io.holdfast.mobility.machine.ProtectionSettings;
import io.holdfast.model.AgentError;
import io.holdfast.model.CaptureState;
import io.holdfast.model.MachineDisk;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.SourceFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What the configuration server may ask of an agent, command by command; see {@code docs/protocol/agent.md}. */
final class AgentCommands implements CommandRunner {

    private static final long ANSWER_SECONDS_MAX = 30;
    private static final long LOG_BYTES_LEAST = 16L << 20;
    private static final long LOG_BYTES_USUAL = 256L << 20;
    private static final int LOG_SHARE_OF_FREE = 8;

    private final Agent agent;
    private final AgentSettings settings;

    AgentCommands(Agent agent, AgentSettings settings) {
        this.agent = agent;
        this.settings = settings;
    }

    @Override
    public @Nullable Object run(String kind, String machine, JsonNode arguments) {
        switch (kind) {
            case "inspect" -> {
                return inspect(address(arguments.path("address")));
            }
            case "protect" -> protect(MachineId.parse(machine), arguments);
            case "unprotect" -> unprotect(MachineId.parse(machine));
            case "pause" ->
                engine(machine).pause(pauseEnd(arguments.path("minutes").asLong(0)));
            case "resume" -> engine(machine).resume();
            case "marker" -> {
                MarkerKind consistency =
                        MarkerKind.valueOf(arguments.path("kind").asText(MarkerKind.CRASH_CONSISTENT.name()));
                return position(await(engine(machine)
                        .marker(consistency, arguments.path("label").asText())));
            }
            case "drain" -> {
                return position(await(engine(machine).drain()));
            }
            case "release" -> agent.find(MachineId.parse(machine)).ifPresent(MachineEngine::release);
            case "resynchronise" -> engine(machine).resynchronise();
            default ->
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "command",
                        "'" + kind + "' is not known to this agent; expected a newer agent");
        }
        return null;
    }

    @Override
    public List<MachineStatus> statuses() {
        return agent.statuses().stream().map(AgentCommands::report).toList();
    }

    private SourceFacts inspect(SourceAddress address) {
        SourceDescription found = agent.adapter(address.adapter()).inspect(address);
        return new SourceFacts(
                found.name(),
                found.identity(),
                found.hypervisor(),
                found.running(),
                found.hardware(),
                found.disks().stream()
                        .map(disk -> new MachineDisk(disk.identity(), disk.sizeBytes()))
                        .toList());
    }

    private void protect(MachineId machine, JsonNode arguments) {
        String name = arguments.path("name").asText();
        SourceAddress address = address(arguments.path("address"));
        ProtectionSettings policy = policy(arguments);
        Optional<MachineEngine> present = agent.find(machine);
        if (present.isPresent()) {
            present.get().protect(name, address, policy);
        } else {
            agent.take(MachineRecord.fresh(machine, name, address, policy));
        }
    }

    private void unprotect(MachineId machine) {
        Optional<MachineEngine> present = agent.find(machine);
        if (present.isPresent()) {
            await(present.get().unprotect());
        }
    }

    private ProtectionSettings policy(JsonNode arguments) {
        String server = arguments.path("processServer").asText();
        int colon = server.lastIndexOf(':');
        if (colon < 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "processServer", "'" + server + "'; expected host:port");
        }
        String host = server.substring(0, colon);
        long logBytes = arguments.path("logBytesMax").asLong(0);
        return new ProtectionSettings(
                arguments.path("rpoGoalMillis").asInt(),
                arguments.path("stallLimitMillis").asInt(),
                arguments.path("writeBoundMillis").asInt(),
                logBytes == 0 ? usualLogBytes() : logBytes,
                host.isEmpty() ? settings.serverHost() : host,
                Integer.parseInt(server.substring(colon + 1)));
    }

    /** A share of what is free where the logs lie, within reason; the log itself keeps to half of its disk. */
    private long usualLogBytes() {
        try {
            long free = Files.getFileStore(settings.folder()).getUsableSpace();
            return Math.clamp(free / LOG_SHARE_OF_FREE, LOG_BYTES_LEAST, LOG_BYTES_USUAL);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR,
                    settings.folder().toString(),
                    "its free space cannot be told: " + e.getMessage(),
                    e);
        }
    }

    private static long pauseEnd(long minutes) {
        return minutes == 0 ? Long.MAX_VALUE : TimeSource.SYSTEM.utcMillis() + TimeUnit.MINUTES.toMillis(minutes);
    }

    private MachineEngine engine(String machine) {
        MachineId id = MachineId.parse(machine);
        return agent.find(id)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        "machine " + id,
                        "is not protected by this agent; expected protect first"));
    }

    private static SourceAddress address(JsonNode node) {
        Map<String, String> properties = new HashMap<>();
        node.path("properties")
                .properties()
                .forEach(
                        entry -> properties.put(entry.getKey(), entry.getValue().asText()));
        return new SourceAddress(node.path("adapter").asText(), properties);
    }

    private static Map<String, Object> position(Position position) {
        return Map.of("epoch", position.epoch(), "sequence", position.sequence());
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT,
                    "machine",
                    "not done after " + ANSWER_SECONDS_MAX + " seconds; it is tried again",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException named) {
                throw named;
            }
            throw new HoldfastException(ErrorCode.INTERNAL, "machine", String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(ErrorCode.TIMEOUT, "machine", "the agent is stopping", e);
        }
    }

    private static MachineStatus report(io.holdfast.mobility.machine.MachineStatus status) {
        io.holdfast.mobility.machine.MachineStatus.ErrorReport error = status.error();
        return new MachineStatus(
                status.machine(),
                CaptureState.valueOf(status.state()),
                status.sourceRunning(),
                status.epoch(),
                status.givenSequence(),
                status.loggedSequence(),
                status.durableSequence(),
                status.provenSequence(),
                Math.max(0, status.rpoMillis()),
                copyKind(status.copyKind()),
                status.copyBytesDone(),
                status.copyBytesTotal(),
                status.sentBytes(),
                status.writtenBytes(),
                status.logBytes(),
                status.gaps(),
                status.longestWriteMicros(),
                status.message(),
                error == null
                        ? null
                        : new AgentError(ErrorCode.valueOf(error.code()), error.object(), error.message()));
    }

    private static @Nullable String copyKind(String kind) {
        if (kind.isEmpty()) {
            return null;
        }
        return kind.equals(CopyKind.INITIAL.name()) ? "initial" : "resynchronisation";
    }
}
