package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.catalog.StoredCommand;
import io.holdfast.configserver.internal.ErrorReports;
import io.holdfast.configserver.internal.agents.AgentCommands;
import io.holdfast.configserver.internal.agents.CommandRequest;
import io.holdfast.configserver.internal.agents.StatusBoard;
import io.holdfast.configserver.internal.plans.AgentLine;
import io.holdfast.model.Agent;
import io.holdfast.model.AgentError;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.SourceFacts;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Has agents look at machines while somebody waits. */
public final class Inspections {

    private static final long WAIT_SECONDS_MAX = 15;

    private final AgentCommands commands;
    private final StatusBoard board;

    /**
     * Makes it.
     *
     * @param commands what agents are told
     * @param board which of them are heard of
     */
    public Inspections(AgentCommands commands, StatusBoard board) {
        this.commands = commands;
        this.board = board;
    }

    /**
     * Has an agent look at a machine.
     *
     * @param agent which
     * @param address where the machine is
     * @return what is there
     * @throws HoldfastException what the agent found wrong, {@code NETWORK} when it is lost, {@code TIMEOUT} when it does not answer
     */
    SourceFacts inspect(Agent agent, MachineAddress address) {
        if (!board.isHeard(agent.id())) {
            throw new HoldfastException(
                    ErrorCode.NETWORK, "agent " + agent.name(), "not heard of; expected to be heard of each second");
        }
        StoredCommand.Answer answer = ask(agent, address)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.TIMEOUT,
                        "agent " + agent.name(),
                        "has not answered within " + WAIT_SECONDS_MAX + " seconds"));
        AgentError error = answer.error();
        if (error != null) {
            throw ErrorReports.exception(error);
        }
        return AgentLine.read(answer.result(), SourceFacts.class, "inspect");
    }

    private Optional<StoredCommand.Answer> ask(Agent agent, MachineAddress address) {
        CommandRequest request =
                new CommandRequest(agent.id(), "", "inspect", Map.of("address", AgentLine.address(address)));
        try {
            return commands.askAndWait(
                    "inspect/" + UUID.randomUUID(), request, TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
