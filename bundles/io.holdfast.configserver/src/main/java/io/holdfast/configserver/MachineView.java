package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.model.ActiveLocation;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Failover;
import io.holdfast.model.JobId;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.NextStep;
import io.holdfast.model.Policy;
import io.holdfast.model.Protection;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.Replica;
import io.holdfast.model.SourceFacts;
import io.holdfast.model.StreamCoding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine as it stands now.
 *
 * @param id its identity
 * @param name what people call it
 * @param agent id of its agent
 * @param agentName name of its agent
 * @param address where it is at its source
 * @param policy what its owner asks
 * @param facts what the agent found at the last look, or null before the first
 * @param protection where its life cycle stands
 * @param activeLocation where it runs in production
 * @param replication what the agent says, or null when it has said nothing since the start
 * @param coding how the process server codes its stream, or null when it has none there
 * @param latestPoint the newest recovery point, or null when there is none
 * @param failover the failover that was begun and not cancelled, or null
 * @param replicas its replicas, test and production
 * @param jobs its jobs that have not ended
 * @param error what made it <i>Critical</i> or hinders the capture now, or null
 * @param nextSteps every operation, whether it is legal now, and why not
 * @param createdMillis by the appliance's clock
 * @since 1.0
 */
public record MachineView(
        MachineId id,
        String name,
        String agent,
        String agentName,
        MachineAddress address,
        Policy policy,
        @Nullable SourceFacts facts,
        Protection protection,
        ActiveLocation activeLocation,
        @Nullable ReplicationView replication,
        @Nullable StreamCoding coding,
        @Nullable RecoveryPoint latestPoint,
        @Nullable Failover failover,
        List<Replica> replicas,
        List<JobId> jobs,
        @Nullable ErrorReport error,
        List<NextStep> nextSteps,
        long createdMillis) {

    /** Copies lists and maps. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public MachineView(
            MachineId id,
            String name,
            String agent,
            String agentName,
            MachineAddress address,
            Policy policy,
            @Nullable SourceFacts facts,
            Protection protection,
            ActiveLocation activeLocation,
            @Nullable ReplicationView replication,
            @Nullable StreamCoding coding,
            @Nullable RecoveryPoint latestPoint,
            @Nullable Failover failover,
            List<Replica> replicas,
            List<JobId> jobs,
            @Nullable ErrorReport error,
            List<NextStep> nextSteps,
            long createdMillis) {
        this.id = id;
        this.name = name;
        this.agent = agent;
        this.agentName = agentName;
        this.address = address;
        this.policy = policy;
        this.facts = facts;
        this.protection = protection;
        this.activeLocation = activeLocation;
        this.replication = replication;
        this.coding = coding;
        this.latestPoint = latestPoint;
        this.failover = failover;
        this.replicas = List.copyOf(replicas);
        this.jobs = List.copyOf(jobs);
        this.error = error;
        this.nextSteps = List.copyOf(nextSteps);
        this.createdMillis = createdMillis;
    }
}
