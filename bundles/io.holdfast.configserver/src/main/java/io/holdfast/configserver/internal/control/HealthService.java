package io.holdfast.configserver.internal.control;

import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.HealthControl;
import io.holdfast.configserver.HealthView;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.PhaseCount;
import io.holdfast.configserver.SetupView;
import io.holdfast.configserver.internal.Fixes;
import io.holdfast.configserver.internal.access.AccessService;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Set-up state and findings, as the control service offers them. */
public final class HealthService implements HealthControl {

    private static final long SPACE_CRITICAL_BYTES = 1L << 30;
    private static final long SPACE_WARNING_BYTES = 5L << 30;

    private final Gate gate;
    private final Views views;
    private final AccessService access;
    private final KeyPort keys;
    private final BooleanSupplier auditWhole;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param views shows machines and agents
     * @param access knows whether the set-up is over
     * @param keys of the node
     * @param auditWhole whether the audit log was whole when last checked
     */
    public HealthService(Gate gate, Views views, AccessService access, KeyPort keys, BooleanSupplier auditWhole) {
        this.gate = gate;
        this.views = views;
        this.access = access;
        this.keys = keys;
        this.auditWhole = auditWhole;
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
        long free = space(findings);
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
                free,
                findings);
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

    private long space(List<Finding> findings) {
        try {
            long free = views.store().room().usableBytes();
            if (free < SPACE_WARNING_BYTES) {
                findings.add(new Finding(
                        free < SPACE_CRITICAL_BYTES ? Finding.Severity.CRITICAL : Finding.Severity.WARNING,
                        "store.space",
                        "recovery store",
                        free + " bytes free; expected at least " + SPACE_WARNING_BYTES + ".",
                        "Enlarge its file system, or end the protection of a machine and destroy its history."));
            }
            String witness = views.store().witnessTrouble();
            if (!witness.isEmpty()) {
                findings.add(new Finding(
                        Finding.Severity.CRITICAL,
                        "store.witness",
                        "anchors of the recovery store",
                        witness,
                        "See docs/operating/verification.md; holdfastctl anchors compare names every difference."));
            }
            return free;
        } catch (HoldfastException e) {
            findings.add(new Finding(
                    Finding.Severity.CRITICAL,
                    "store.away",
                    "recovery store",
                    String.valueOf(e.getMessage()),
                    Fixes.of(e.code())));
            return 0;
        }
    }

    private void lookAtAppliance(List<MachineView> machines, List<Finding> findings) {
        if (!auditWhole.getAsBoolean()) {
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
