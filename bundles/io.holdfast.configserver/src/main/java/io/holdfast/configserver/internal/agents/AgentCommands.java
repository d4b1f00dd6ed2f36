package io.holdfast.configserver.internal.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.catalog.StoredCommand;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.model.AgentError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What agents are told. A command is kept in the catalog until it was answered, and handed out again every few seconds until then; its id stays the
 * same, so that an agent does it once. Thread-safe.
 *
 * <p>There are two kinds of owners. A step of a job <i>asks</i> and reads the answer. A <i>standing order</i> tells how a machine is to be
 * treated, whenever its agent comes back; a newer one takes its place, and once answered it is gone.
 */
public final class AgentCommands {

    private static final long HANDED_OUT_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int ERROR_LENGTH_MAX = 2_000;
    private static final String STANDING = "machine/";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final Logger LOG = LoggerFactory.getLogger(AgentCommands.class);

    private final Catalog catalog;
    private final TimeSource time;
    private final Consumer<String> rung;
    private final ReentrantLock settling = new ReentrantLock();
    private final Condition settled = settling.newCondition();
    private final ConcurrentHashMap<String, Long> handedOutNanos = new ConcurrentHashMap<>();

    /** Agents with nothing to do, at the number of additions seen before that was looked up: most polls need no database. */
    private final ConcurrentHashMap<String, Long> idleAt = new ConcurrentHashMap<>();

    private final AtomicLong additions = new AtomicLong();

    /**
     * Makes the desk's outbox.
     *
     * @param catalog where commands are kept
     * @param time for labels and pauses
     * @param rung told the id of an agent that has a new command
     */
    public AgentCommands(Catalog catalog, TimeSource time, Consumer<String> rung) {
        this.catalog = catalog;
        this.time = time;
        this.rung = rung;
    }

    /**
     * Asks an agent, or looks for its answer when it was asked before. An answer stays until {@link #forget} so that it can be read again after
     * a crash; an error is handed over once, and the next call asks anew.
     *
     * @param owner who asks; one command at a time
     * @param request what to do
     * @return the answer, when it has come
     */
    public Optional<StoredCommand.Answer> ask(String owner, CommandRequest request) {
        Optional<StoredCommand> found = catalog.read(tables -> tables.agents().commandOf(owner));
        if (found.isEmpty()) {
            add(owner, request);
            return Optional.empty();
        }
        StoredCommand.Answer answer = found.get().answer();
        if (answer != null && answer.error() != null) {
            forget(owner);
        }
        return Optional.ofNullable(answer);
    }

    /**
     * Asks an agent and waits for its answer; then nothing is left of the question.
     *
     * @param owner who asks; nobody else does under that name
     * @param request what to do
     * @param waitNanos how long at most
     * @return the answer; nothing when it has not come in time
     * @throws InterruptedException when the thread is interrupted
     */
    public Optional<StoredCommand.Answer> askAndWait(String owner, CommandRequest request, long waitNanos)
            throws InterruptedException {
        long left = waitNanos;
        settling.lock();
        try {
            Optional<StoredCommand.Answer> answer = ask(owner, request);
            while (answer.isEmpty() && left > 0) {
                left = settled.awaitNanos(left);
                answer = ask(owner, request);
            }
            return answer;
        } finally {
            settling.unlock();
            forget(owner);
        }
    }

    private void add(String owner, CommandRequest request) {
        StoredCommand command = command(owner, request);
        catalog.write(tables -> {
            tables.agents().addCommand(command);
            return true;
        });
        additions.incrementAndGet();
        rung.accept(request.agent());
    }

    /**
     * Forgets what an owner asked, answered or not.
     *
     * @param owner who asked
     */
    public void forget(String owner) {
        forget(List.of(owner));
    }

    /**
     * Forgets what several owners asked, answered or not.
     *
     * @param owners who asked
     */
    public void forget(List<String> owners) {
        catalog.write(tables -> {
            owners.forEach(tables.agents()::deleteCommands);
            return true;
        });
    }

    /**
     * Gives a standing order for a machine, in place of the one before.
     *
     * @param request what to do
     */
    public void order(CommandRequest request) {
        String owner = STANDING + request.machine();
        StoredCommand command = command(owner, request);
        catalog.write(tables -> {
            Optional<StoredCommand> before = tables.agents().commandOf(owner);
            boolean same = before.isPresent()
                    && before.get().kind().equals(command.kind())
                    && before.get().agent().equals(command.agent())
                    && before.get().arguments().equals(command.arguments());
            if (!same) {
                tables.agents().deleteCommands(owner);
                tables.agents().addCommand(command);
            }
            return true;
        });
        additions.incrementAndGet();
        rung.accept(request.agent());
    }

    /**
     * Takes back the standing order of a machine.
     *
     * @param machine which
     */
    public void withdrawOrder(MachineId machine) {
        forget(STANDING + machine);
    }

    /**
     * Tells whether the standing order of a machine was answered.
     *
     * @param machine which
     * @return true also when there was none
     */
    public boolean isOrderAnswered(MachineId machine) {
        return catalog.read(tables -> tables.agents().commandOf(STANDING + machine))
                .isEmpty();
    }

    /**
     * Hands out what an agent has to do now.
     *
     * @param agent its id
     * @return commands, oldest first; those handed out within the last seconds are left out
     */
    List<AgentMessages.AgentCommand> handOut(String agent) {
        long seen = additions.get();
        if (Long.valueOf(seen).equals(idleAt.get(agent))) {
            return List.of();
        }
        List<StoredCommand> unanswered =
                catalog.read(tables -> tables.agents().unanswered(agent, AgentMessages.ENTRIES_MAX));
        if (unanswered.isEmpty()) {
            idleAt.put(agent, seen);
        }
        long now = time.monotonicNanos();
        List<AgentMessages.AgentCommand> due = new ArrayList<>();
        for (StoredCommand command : unanswered) {
            Long before = handedOutNanos.get(command.id());
            if (before == null || now - before >= HANDED_OUT_AGAIN_NANOS) {
                handedOutNanos.put(command.id(), now);
                due.add(new AgentMessages.AgentCommand(
                        command.id(), command.kind(), command.machine(), parse(command.arguments())));
            }
        }
        return due;
    }

    /**
     * Takes answers in. Durable on return. What was answered before, or was told to another agent, is passed over.
     *
     * @param agent its id
     * @param results as they came
     * @return the machines they are about
     */
    Set<MachineId> answered(String agent, List<AgentMessages.CommandResult> results) {
        if (results.isEmpty()) {
            return Set.of();
        }
        Set<MachineId> machines = catalog.write(tables -> {
            Set<MachineId> touched = new HashSet<>();
            for (AgentMessages.CommandResult result : results) {
                tables.agents()
                        .findCommand(result.command())
                        .filter(command -> command.agent().equals(agent) && command.answer() == null)
                        .ifPresent(command -> {
                            settle(tables, command, result);
                            if (!command.machine().isEmpty()) {
                                touched.add(MachineId.parse(command.machine()));
                            }
                        });
            }
            return touched;
        });
        results.forEach(result -> handedOutNanos.remove(result.command()));
        settling.lock();
        try {
            settled.signalAll();
        } finally {
            settling.unlock();
        }
        return machines;
    }

    /**
     * Forgets what is known of an agent.
     *
     * @param agent its id
     */
    void forgetAgent(String agent) {
        idleAt.remove(agent);
    }

    private static void settle(CatalogTransaction tables, StoredCommand command, AgentMessages.CommandResult result) {
        StoredCommand.Answer answer = answer(command, result);
        if (command.owner().startsWith(STANDING)) {
            if (!result.ok()) {
                LOG.warn(
                        "agent refused a standing order agent={} machine={} kind={} error={}",
                        command.agent(),
                        command.machine(),
                        command.kind(),
                        result.error());
            }
            tables.agents().deleteCommands(command.owner());
        } else {
            tables.agents()
                    .updateCommand(new StoredCommand(
                            command.id(),
                            command.owner(),
                            command.agent(),
                            command.machine(),
                            command.kind(),
                            command.arguments(),
                            command.createdMillis(),
                            answer));
        }
    }

    /** What is kept of a result. One that cannot be kept is an error of the agent, and the command has its answer all the same. */
    private static StoredCommand.Answer answer(StoredCommand command, AgentMessages.CommandResult result) {
        String value = result.result();
        AgentError error = result.error();
        String object = "result of command " + command.kind();
        if (result.ok() && (value == null || value.length() <= AgentMessages.RESULT_LENGTH_MAX)) {
            return new StoredCommand.Answer(null, value);
        }
        if (result.ok()) {
            error = new AgentError(
                    ErrorCode.PROTOCOL_ERROR, object, "longer than " + AgentMessages.RESULT_LENGTH_MAX + " characters");
        } else if (error == null) {
            error = new AgentError(ErrorCode.PROTOCOL_ERROR, object, "not ok and without an error; expected one");
        }
        return new StoredCommand.Answer(new AgentError(error.code(), cut(error.object()), cut(error.message())), null);
    }

    private static String cut(String text) {
        return text.length() <= ERROR_LENGTH_MAX ? text : text.substring(0, ERROR_LENGTH_MAX);
    }

    private StoredCommand command(String owner, CommandRequest request) {
        return new StoredCommand(
                UUID.randomUUID().toString(),
                owner,
                request.agent(),
                request.machine(),
                request.kind(),
                write(request.arguments()),
                time.utcMillis(),
                null);
    }

    private static String write(Map<String, Object> arguments) {
        try {
            return JSON.writeValueAsString(new TreeMap<>(arguments));
        } catch (JsonProcessingException e) {
            throw new HoldfastException(ErrorCode.INTERNAL, "command", "its arguments cannot be written as JSON", e);
        }
    }

    private static Map<String, Object> parse(String arguments) {
        try {
            return JSON.readValue(arguments, OBJECT);
        } catch (JsonProcessingException e) {
            throw new HoldfastException(
                    ErrorCode.INTERNAL, "command", "its arguments in the catalog are no JSON object", e);
        }
    }
}
