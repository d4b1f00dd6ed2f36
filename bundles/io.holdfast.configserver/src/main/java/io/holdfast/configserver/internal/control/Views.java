package io.holdfast.configserver.internal.control;

import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.ReplicationView;
import io.holdfast.configserver.StorePort;
import io.holdfast.configserver.internal.ErrorReports;
import io.holdfast.configserver.internal.MachineDirectory;
import io.holdfast.configserver.internal.ReplicaWorkshop;
import io.holdfast.configserver.internal.agents.AgentRegister;
import io.holdfast.configserver.internal.agents.StatusBoard;
import io.holdfast.configserver.internal.jobs.JobEngine;
import io.holdfast.model.Agent;
import io.holdfast.model.AgentError;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Job;
import io.holdfast.model.JobKind;
import io.holdfast.model.Machine;
import io.holdfast.model.NextSteps;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.StreamCodings;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what people see of machines and agents.
 *
 * @param machines the machines
 * @param board what their agents say
 * @param register the agents
 * @param engine the jobs
 * @param store the histories
 * @param replicas the replicas
 * @param codings how streams are coded
 */
public record Views(
        MachineDirectory machines,
        StatusBoard board,
        AgentRegister register,
        JobEngine engine,
        StorePort store,
        ReplicaWorkshop replicas,
        StreamCodings codings) {

    List<MachineView> machineViews() {
        Map<String, String> names = agentNames();
        return machines.list().stream().map(machine -> view(machine, names)).toList();
    }

    MachineView view(Machine machine) {
        return view(machine, agentNames());
    }

    private Map<String, String> agentNames() {
        return register.list().stream().collect(Collectors.toMap(Agent::id, Agent::name));
    }

    private MachineView view(Machine machine, Map<String, String> agentNames) {
        List<Job> active = engine.active(machine.id());
        Set<JobKind> kinds = EnumSet.noneOf(JobKind.class);
        active.forEach(job -> kinds.add(job.kind()));
        ReplicationView replication = board.view(machine).orElse(null);
        return new MachineView(
                machine.id(),
                machine.name(),
                machine.agent(),
                agentNames.getOrDefault(machine.agent(), ""),
                machine.address(),
                machine.policy(),
                machine.facts(),
                machine.protection(),
                machine.protection().activeLocation(),
                replication,
                codings.coding(machine.id()).orElse(null),
                latestPoint(machine),
                machine.failover(),
                replicas.of(machine.id()),
                active.stream().map(Job::id).toList(),
                error(machine, replication),
                NextSteps.of(machine.protection(), kinds),
                machine.createdMillis());
    }

    /** A store that is away hides the point, never the machine. */
    private @Nullable RecoveryPoint latestPoint(Machine machine) {
        try {
            return store.latest(machine.id()).orElse(null);
        } catch (HoldfastException _) {
            return null;
        }
    }

    private static @Nullable ErrorReport error(Machine machine, @Nullable ReplicationView replication) {
        AgentError now = replication == null ? null : replication.status().error();
        return machine.error() != null || now == null ? machine.error() : ErrorReports.of(now, machine.createdMillis());
    }

    List<AgentView> agentViews() {
        List<Machine> all = machines.list();
        return register.list().stream().map(agent -> view(agent, all)).toList();
    }

    AgentView view(Agent agent) {
        return view(agent, machines.list());
    }

    private AgentView view(Agent agent, List<Machine> all) {
        OptionalLong silent = board.silentMillis(agent.id());
        return new AgentView(
                agent.id(),
                agent.name(),
                agent.version(),
                board.isHeard(agent.id()) ? AgentView.State.CONNECTED : AgentView.State.LOST,
                silent.isPresent() ? Long.valueOf(silent.getAsLong()) : null,
                agent.certificateExpiresMillis(),
                all.stream()
                        .filter(machine -> machine.agent().equals(agent.id()))
                        .map(Machine::id)
                        .toList());
    }
}
