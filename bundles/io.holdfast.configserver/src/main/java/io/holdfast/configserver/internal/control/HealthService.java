package io.holdfast.configserver.internal.control;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.HealthControl;
import io.holdfast.configserver.HealthView;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.PhaseCount;
import io.holdfast.configserver.SetupView;
import io.holdfast.configserver.StoreSpaceView;
import io.holdfast.configserver.internal.Fixes;
import io.holdfast.configserver.internal.access.AccessService;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.configserver.internal.space.SpaceWatch;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import io.holdfast.model.Machine;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Set-up state and findings, as the control service offers them. */
public final class HealthService implements HealthControl {

    private final Gate gate;
    private final Views views;
    private final AccessService access;
    private final KeyPort keys;
    private final Watched watched;

    /**
     * What is watched between checks.
     *
     * @param auditWhole whether the audit log was whole when last checked
     * @param space the recovery store's room
     */
    public record Watched(BooleanSupplier auditWhole, SpaceWatch space) {}

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param views shows machines and agents
     * @param access knows whether the set-up is over
     * @param keys of the node
     * @param watched what is watched
     */
    public HealthService(Gate gate, Views views, AccessService access, KeyPort keys, Watched watched) {
        this.gate = gate;
        this.views = views;
        this.access = access;
        this.keys = keys;
        this.watched = watched;
    }

    @Override
    public SetupView setup() {
        return new SetupView(access.isAdministratorReady());
    }

    @Override
    public HealthView check(Caller caller) {
        gate.look(caller, Role.VIEWER);
        List<MachineView> machines = views.machineViews();
        List<AgentView> agents = views.agentViews();
        List<Finding> findings = new ArrayList<>();
        machines.forEach(machine -> findings.addAll(MachineFindings.of(machine)));
        agents.forEach(agent -> look(agent, findings));
        Optional<SpaceWatch.State> store = lookAtStore(findings);
        findings.addAll(KeyFindings.of(keys));
        lookAtAppliance(machines, findings);
        findings.sort(Comparator.comparing(Finding::severity));
        return new HealthView(
                phases(machines),
                count(machines.stream()
                        .filter(machine -> machine.protection().critical())
                        .count()),
                count(machines.stream().filter(MachineFindings::missesGoal).count()),
                count(agents.stream()
                        .filter(agent -> agent.state() == AgentView.State.LOST)
                        .count()),
                views.engine().activeCount(),
                store.map(state -> state.room().usableBytes()).orElse(0L),
                store.map(state -> state.room().intakeStopped()).orElse(false),
                store.map(state -> nullable(state.fullInMillis())).orElse(null),
                findings);
    }

    @Override
    public StoreSpaceView space(Caller caller) {
        gate.look(caller, Role.VIEWER);
        SpaceWatch.State state = watched.space().look();
        StoreRoom room = state.room();
        List<StoreSpaceView.Machine> machines = views.store().spaces().entrySet().stream()
                .map(entry -> view(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(StoreSpaceView.Machine::historyBytes)
                        .reversed())
                .toList();
        return new StoreSpaceView(
                room.totalBytes(),
                room.usableBytes(),
                room.reserveBytes(),
                room.intakeStopped(),
                state.forecast().growthBytesPerDay(),
                nullable(state.fullInMillis()),
                state.forecast().reachMillis(),
                state.alarm(),
                machines);
    }

    private static int count(long number) {
        return Math.toIntExact(number);
    }

    private static List<PhaseCount> phases(List<MachineView> machines) {
        Map<ProtectionPhase, Integer> counts = new EnumMap<>(ProtectionPhase.class);
        machines.forEach(machine -> counts.merge(machine.protection().phase(), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(entry -> new PhaseCount(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static void look(AgentView agent, List<Finding> findings) {
        if (agent.state() == AgentView.State.LOST) {
            findings.add(new Finding(
                    agent.machines().isEmpty() ? Finding.Severity.NOTE : Finding.Severity.CRITICAL,
                    "agent.lost",
                    "agent " + agent.name(),
                    "Not heard of; " + agent.machines().size() + " machines depend on it.",
                    "Check its host and its network path to this appliance."));
        }
    }

    /** Nothing when the store is not there. */
    private Optional<SpaceWatch.State> lookAtStore(List<Finding> findings) {
        try {
            SpaceWatch.State state = watched.space().look();
            findings.addAll(StoreFindings.of(state));
            String witness = views.store().witnessTrouble();
            if (!witness.isEmpty()) {
                findings.add(new Finding(
                        Finding.Severity.CRITICAL,
                        "store.witness",
                        "anchors of the recovery store",
                        witness,
                        "See docs/operating/verification.md; holdfastctl anchors compare names every difference."));
            }
            return Optional.of(state);
        } catch (HoldfastException e) {
            findings.add(new Finding(
                    Finding.Severity.CRITICAL,
                    "store.away",
                    "recovery store",
                    String.valueOf(e.getMessage()),
                    Fixes.of(e.code())));
            return Optional.empty();
        }
    }

    private static @Nullable Long nullable(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private StoreSpaceView.Machine view(MachineId machine, SpaceFigures space) {
        return new StoreSpaceView.Machine(
                machine,
                views.machines().find(machine).map(Machine::name).orElse(""),
                space.atRestBytes(),
                space.atRestBytes() - space.reclaimableBytes(),
                space.reclaimableBytes(),
                space.intakeBytesPerDay());
    }

    private void lookAtAppliance(List<MachineView> machines, List<Finding> findings) {
        if (!watched.auditWhole().getAsBoolean()) {
            findings.add(new Finding(
                    Finding.Severity.CRITICAL,
                    "audit.broken",
                    "audit log",
                    "An entry was altered or removed.",
                    "Keep a copy of the catalog as evidence and find out who had access to it."));
        }
        if (!access.isAdministratorReady()) {
            findings.add(new Finding(
                    Finding.Severity.WARNING,
                    "setup.password",
                    "user " + access.firstUser(),
                    "The one-time password was not changed.",
                    "Sign in and change it."));
        }
        if (machines.isEmpty()) {
            findings.add(new Finding(
                    Finding.Severity.NOTE,
                    "setup.machines",
                    "machines",
                    "No machine is protected.",
                    "Enrol an agent and protect a machine."));
        }
    }
}
