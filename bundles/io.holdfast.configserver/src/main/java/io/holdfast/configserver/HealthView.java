package io.holdfast.configserver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The appliance as a whole.
 *
 * @param machinesByPhase how many machines stand in each phase that has any
 * @param machinesCritical how many wait for a person
 * @param rpoGoalsMissed how many protected machines are beyond their goal now
 * @param agentsLost how many agents are not heard of
 * @param jobsRunning jobs that have not ended
 * @param storeFreeBytes free space of the recovery store
 * @param storeIntakeStopped whether it takes in no new points until there is room
 * @param storeFullInMillis when it will take in none at the present rate, or null when that is not foreseen
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
        boolean storeIntakeStopped,
        @Nullable Long storeFullInMillis,
        List<Finding> findings) {

    /** Copies lists. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public HealthView(
            List<PhaseCount> machinesByPhase,
            int machinesCritical,
            int rpoGoalsMissed,
            int agentsLost,
            int jobsRunning,
            long storeFreeBytes,
            boolean storeIntakeStopped,
            @Nullable Long storeFullInMillis,
            List<Finding> findings) {
        this.machinesByPhase = List.copyOf(machinesByPhase);
        this.machinesCritical = machinesCritical;
        this.rpoGoalsMissed = rpoGoalsMissed;
        this.agentsLost = agentsLost;
        this.jobsRunning = jobsRunning;
        this.storeFreeBytes = storeFreeBytes;
        this.storeIntakeStopped = storeIntakeStopped;
        this.storeFullInMillis = storeFullInMillis;
        this.findings = List.copyOf(findings);
    }
}
