package io.holdfast.model;

import io.holdfast.base.MachineId;
import org.jspecify.annotations.Nullable;

/**
 * A machine that is or was protected, as the catalog keeps it.
 *
 * @param id its identity for ever
 * @param name unique among the machines of the appliance; 1 to 80 characters
 * @param agent id of the agent that captures it
 * @param address where it is at its source
 * @param policy what its owner asks
 * @param bootSign text on the serial console that shows that a replica has booted; empty when the guest writes none
 * @param facts what the agent found at the last look, or null before the first
 * @param protection where its life cycle stands
 * @param failover the failover that was begun and not cancelled, or null
 * @param error what made it <i>Critical</i>, or null
 * @param createdMillis when protection was asked for, by the appliance's clock
 * @since 1.0
 */
public record Machine(
        MachineId id,
        String name,
        String agent,
        MachineAddress address,
        Policy policy,
        String bootSign,
        @Nullable SourceFacts facts,
        Protection protection,
        @Nullable Failover failover,
        @Nullable ErrorReport error,
        long createdMillis) {

    /**
     * The same machine in another state.
     *
     * @param next the state
     * @return a copy
     */
    public Machine withProtection(Protection next) {
        return new Machine(id, name, agent, address, policy, bootSign, facts, next, failover, error, createdMillis);
    }

    /**
     * The same machine with another agent.
     *
     * @param next id of the agent
     * @return a copy
     */
    public Machine withAgent(String next) {
        return new Machine(
                id, name, next, address, policy, bootSign, facts, protection, failover, error, createdMillis);
    }

    /**
     * The same machine after another look.
     *
     * @param next what was found
     * @return a copy
     */
    public Machine withFacts(SourceFacts next) {
        return new Machine(
                id, name, agent, address, policy, bootSign, next, protection, failover, error, createdMillis);
    }

    /**
     * The same machine with another failover.
     *
     * @param next the failover, or null when there is none any more
     * @return a copy
     */
    public Machine withFailover(@Nullable Failover next) {
        return new Machine(id, name, agent, address, policy, bootSign, facts, protection, next, error, createdMillis);
    }

    /**
     * The same machine with another error.
     *
     * @param next the error, or null when there is none any more
     * @return a copy
     */
    public Machine withError(@Nullable ErrorReport next) {
        return new Machine(
                id, name, agent, address, policy, bootSign, facts, protection, failover, next, createdMillis);
    }
}
