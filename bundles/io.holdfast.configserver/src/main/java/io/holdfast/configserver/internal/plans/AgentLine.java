package io.holdfast.configserver.internal.plans;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.catalog.StoredCommand;
import io.holdfast.configserver.internal.ErrorReports;
import io.holdfast.configserver.internal.agents.AgentCommands;
import io.holdfast.configserver.internal.agents.CommandRequest;
import io.holdfast.configserver.internal.agents.StatusBoard;
import io.holdfast.configserver.internal.jobs.StepContext;
import io.holdfast.configserver.internal.jobs.StepResult;
import io.holdfast.model.AgentError;
import io.holdfast.model.Evidence;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.Policy;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How steps talk with agents. */
public final class AgentLine {

    /** A step that waits for an agent gives up its attempt when the agent has been silent for so long. */
    private static final long SILENCE_MILLIS_MAX = 30_000;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final AgentCommands commands;
    private final StatusBoard board;
    private final String processServer;

    /**
     * Opens the line.
     *
     * @param commands what agents are told
     * @param board what they say
     * @param processServer where agents send to, {@code host:port}; with an empty host that of the configuration server
     */
    public AgentLine(AgentCommands commands, StatusBoard board, String processServer) {
        this.commands = commands;
        this.board = board;
        this.processServer = processServer;
    }

    /** What came back, as JSON or null. */
    record Answer(@Nullable String json) {}

    /**
     * Asks the machine's agent, or looks for its answer.
     *
     * @return the answer; nothing while the agent has not answered
     * @throws HoldfastException what the agent said, or {@code NETWORK} when it has been silent for long
     */
    Optional<Answer> ask(StepContext context, Machine machine, String kind, Map<String, Object> arguments) {
        Optional<StoredCommand.Answer> answer = commands.ask(
                owner(context), new CommandRequest(machine.agent(), machine.id().toString(), kind, arguments));
        if (answer.isEmpty()) {
            requireHeard(context, machine);
            return Optional.empty();
        }
        AgentError error = answer.get().error();
        if (error != null) {
            throw ErrorReports.exception(error);
        }
        return Optional.of(new Answer(answer.get().result()));
    }

    /** Gives up what the step has asked. */
    void giveUp(StepContext context) {
        commands.forget(owner(context));
    }

    private static String owner(StepContext context) {
        return owner(context.job().id().toString(), context.step());
    }

    /**
     * The owner of a step's command.
     *
     * @param job id of the job
     * @param step name of the step
     * @return the owner
     */
    public static String owner(String job, String step) {
        return job + "/" + step;
    }

    /**
     * Fails when a machine's agent has been silent for long.
     *
     * @throws HoldfastException {@code NETWORK}
     */
    void requireHeard(StepContext context, Machine machine) {
        OptionalLong silent = board.silentMillis(machine.agent());
        long millis = silent.orElse(context.waitedMillis());
        if (millis >= SILENCE_MILLIS_MAX && context.waitedMillis() >= SILENCE_MILLIS_MAX) {
            throw new HoldfastException(
                    ErrorCode.NETWORK,
                    "agent of machine " + machine.name(),
                    "not heard of for " + millis / 1_000 + " seconds; expected to be heard of each second");
        }
    }

    boolean isHeard(Machine machine) {
        return board.isHeard(machine.agent());
    }

    /** False in the first seconds after a start, until the agent is heard of: nothing may be concluded from its silence. */
    boolean isKnown(Machine machine) {
        return board.isKnown(machine.agent());
    }

    /** What the agent says now; nothing when it is lost. */
    Optional<MachineStatus> status(Machine machine) {
        return board.isHeard(machine.agent()) ? board.fresh(machine) : Optional.empty();
    }

    /** What the agent has said since this attempt at the step began. */
    Optional<MachineStatus> statusSince(StepContext context) {
        return board.since(context.machine(), context.waitedMillis());
    }

    /**
     * Refuses a failover while the source runs. Takes as long as it takes to know, five seconds at most.
     *
     * @param machine which
     * @throws HoldfastException {@code SOURCE_STILL_RUNNING}
     */
    public void requireSourceGone(Machine machine) {
        if (board.isSourceRunning(machine)) {
            throw stillRunning(machine);
        }
    }

    /**
     * Looks whether the source has ended, by what was said of it since this attempt at the step began.
     *
     * @return false while that is not known
     * @throws HoldfastException {@code SOURCE_STILL_RUNNING}
     */
    boolean isSourceGone(StepContext context, Machine machine) {
        if (!board.isKnown(machine.agent())) {
            return false;
        }
        if (!board.saysRunning(machine)) {
            return true;
        }
        if (board.hasSaidRunning(machine, context.waitedMillis())) {
            throw stillRunning(machine);
        }
        return false;
    }

    private static HoldfastException stillRunning(Machine machine) {
        return new HoldfastException(
                ErrorCode.SOURCE_STILL_RUNNING,
                "machine " + machine.name(),
                "its agent says that the source answers and runs; expected it to be down, or force");
    }

    void orderRelease(Machine machine) {
        order(machine, "release", Map.of());
    }

    void orderUnprotect(Machine machine) {
        order(machine, "unprotect", Map.of());
    }

    void orderProtect(Machine machine) {
        order(machine, "protect", protectArguments(machine));
    }

    private void order(Machine machine, String kind, Map<String, Object> arguments) {
        commands.order(new CommandRequest(machine.agent(), machine.id().toString(), kind, arguments));
    }

    /**
     * Waits for the answer to the standing order of a machine, but not for long: the order stands.
     *
     * @return done, with what came of it
     */
    StepResult followOrder(StepContext context, Machine machine, long waitMillisMax) {
        if (commands.isOrderAnswered(machine.id())) {
            return StepResult.done(new Evidence("agent", "has answered"));
        }
        if (isKnown(machine) && !isHeard(machine)) {
            return StepResult.done(new Evidence("agent", "not heard of; told when it comes back"));
        }
        return context.waitedMillis() > waitMillisMax
                ? StepResult.done(new Evidence("agent", "has not answered; the order stands"))
                : StepResult.waiting();
    }

    void withdrawOrder(MachineId machine) {
        commands.withdrawOrder(machine);
    }

    void forget(MachineId machine) {
        board.forget(machine);
    }

    /** What {@code protect} carries. */
    Map<String, Object> protectArguments(Machine machine) {
        Policy policy = machine.policy();
        return Map.of(
                "name", machine.name(),
                "address", address(machine.address()),
                "rpoGoalMillis", policy.rpoGoalMillis(),
                "stallLimitMillis", policy.stallLimitMillis(),
                "writeBoundMillis", policy.writeBoundMillis(),
                "logBytesMax", policy.logBytesMax(),
                "processServer", processServer);
    }

    /**
     * How an address is written in commands.
     *
     * @param address of a machine
     * @return a JSON object
     */
    public static Map<String, Object> address(MachineAddress address) {
        return Map.of("adapter", address.adapter(), "properties", address.properties());
    }

    /**
     * Reads an answer.
     *
     * @param json as it came, or null
     * @param type what it should be
     * @param kind of the command, for errors
     * @param <T> of the answer
     * @return the value
     * @throws HoldfastException {@code PROTOCOL_ERROR}
     */
    public static <T> T read(@Nullable String json, Class<T> type, String kind) {
        try {
            T value = json == null ? null : JSON.readValue(json, type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "answer to " + kind,
                    "not the JSON expected: " + e.getOriginalMessage(),
                    e);
        }
        throw new HoldfastException(ErrorCode.PROTOCOL_ERROR, "answer to " + kind, "empty; expected JSON");
    }

    /** A position as agents write it. */
    record GivenPosition(long epoch, long sequence) {}
}
