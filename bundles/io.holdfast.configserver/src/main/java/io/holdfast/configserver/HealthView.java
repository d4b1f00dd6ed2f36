package io.holdfast.configserver;

import java.util.List;

/**
 * The appliance as a whole.
 *
 * @param machinesByPhase how many machines stand in each phase that has any
 * @param machinesCritical how many wait for a person
 * @param rpoGoalsMissed how many protected machines are beyond their goal now
 * @param agentsLost how many agents are not heard of
 * @param jobsRunning jobs that have not ended
 * @param storeFreeBytes free space of the recovery store
 * @param findings what was found, worst first; empty when all is well
 * @since 1.0
 */
public record HealthView(
        List<PhaseCount> machinesByPhase,
        int machinesCritical,
        int rpoGoalsMissed,
        int agentsLost,
        int jobsRunning,
        long storeFreeBytes,
        List<Finding> findings) {

    public HealthView {
        machinesByPhase = List.copyOf(machinesByPhase);
        findings = List.copyOf(findings);
    }
}
