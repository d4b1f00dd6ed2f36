package io.holdfast.configserver.internal.plans;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.StorePort;
import io.holdfast.configserver.internal.MachineDirectory;
import io.holdfast.configserver.internal.ReplicaWorkshop;
import io.holdfast.configserver.internal.jobs.StepContext;
import io.holdfast.model.LifeCycle;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.ProtectionPhase;
import java.util.function.UnaryOperator;

/**
 * What steps work with.
 *
 * @param machines the machines
 * @param store their histories
 * @param replicas makes and removes replicas
 * @param agents their agents
 * @param time for labels
 */
public record Workplace(
        MachineDirectory machines, StorePort store, ReplicaWorkshop replicas, AgentLine agents, TimeSource time) {

    Machine machine(StepContext context) {
        return machines.get(context.machine());
    }

    /**
     * Moves a machine to a phase, and changes it in the same transaction. Nothing happens when it is there already, so that a step that is run
     * again after a crash finds its own work.
     *
     * @param id which machine
     * @param event what happens
     * @param target the phase it leads to
     * @param change what else changes
     * @return the machine, in that phase
     */
    Machine move(MachineId id, LifeCycleEvent event, ProtectionPhase target, UnaryOperator<Machine> change) {
        return machines.update(id, machine -> {
            if (machine.protection().phase() == target) {
                return machine;
            }
            return LifeCycle.next(machine.protection(), event)
                    .map(change.apply(machine)::withProtection)
                    .orElseThrow(() -> new HoldfastException(
                            ErrorCode.ILLEGAL_STATE,
                            "machine " + machine.name(),
                            "is " + machine.protection().phase() + "; expected a phase that leads to " + target));
        });
    }

    Machine move(MachineId id, LifeCycleEvent event, ProtectionPhase target) {
        return move(id, event, target, UnaryOperator.identity());
    }
}
