package io.holdfast.model;

import io.holdfast.base.MachineId;

/**
 * Tells which agent may carry the stream of a machine. A service of the configuration server, which assigns machines to agents. Thread-safe; does
 * not block.
 *
 * @since 1.0
 */
public interface MachineCarriers {

    /**
     * Tells whether a machine is assigned to an agent now.
     *
     * @param agent the common name of the agent's certificate, which is its id
     * @param machine which
     * @return false also for an agent or a machine that is not known
     */
    boolean mayCarry(String agent, MachineId machine);
}
