package io.holdfast.configserver;

import io.holdfast.model.MachineStatus;

/**
 * What the agent last said of a machine, and how old that is.
 *
 * @param status what was said
 * @param agentHeard the agent was heard of within the last 5 seconds
 * @param reportAgeMillis time since it was said, by the appliance's monotonic clock
 * @param rpoMillis the recovery point objective now: what was said plus the time since then; the clocks of two machines are never compared
 * @param rpoGoalMet whether that is within the policy's goal
 * @since 1.0
 */
public record ReplicationView(
        MachineStatus status, boolean agentHeard, long reportAgeMillis, long rpoMillis, boolean rpoGoalMet) {}
