package io.holdfast.mobility.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.MachineStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does what the configuration server asks for, and tells how the machines are. Called by the poll's own thread and by those it lends to
 * commands.
 *
 * @since 1.0
 */
public interface CommandRunner {

    /**
     * Does one command. A command may come again with the same id; doing it again must have the same effect as doing it once.
     *
     * @param kind as in {@code docs/protocol/agent.md}
     * @param machine the machine's id; empty where the kind has none
     * @param arguments of the kind
     * @return the kind's result, or null when it has none
     * @throws io.holdfast.base.HoldfastException what went wrong; it is told to the server as it is
     */
    @Nullable
    Object run(String kind, String machine, JsonNode arguments);

    /**
     * Tells how every machine of this agent is.
     *
     * @return one status for each
     */
    List<MachineStatus> statuses();
}
