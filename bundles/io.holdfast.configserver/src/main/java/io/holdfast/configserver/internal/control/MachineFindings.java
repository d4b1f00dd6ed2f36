package io.holdfast.configserver.internal.control;

import io.holdfast.configserver.Finding;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.ReplicationView;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.ProtectionPhase;
import java.util.ArrayList;
import java.util.List;

/** What a person should know of one machine. */
final class MachineFindings {

    private MachineFindings() {}

    static boolean missesGoal(MachineView machine) {
        ReplicationView replication = machine.replication();
        return machine.protection().phase() == ProtectionPhase.PROTECTED
                && replication != null
                && !replication.rpoGoalMet();
    }

    static List<Finding> of(MachineView machine) {
        List<Finding> findings = new ArrayList<>();
        addError(machine, findings);
        addReplication(machine, findings);
        String object = object(machine);
        if (machine.protection().sourceReappeared()) {
            findings.add(new Finding(
                    Finding.Severity.CRITICAL,
                    "machine.source-reappeared",
                    object,
                    "The source answers although the machine was failed over; two of it may run.",
                    "Shut the source down, or cancel the failover."));
        }
        if (machine.protection().phase() == ProtectionPhase.COMMIT_PENDING) {
            findings.add(new Finding(
                    Finding.Severity.NOTE,
                    "machine.commit-pending",
                    object,
                    "The failover waits for commit.",
                    "Check the replica, then commit or cancel the failover."));
        }
        return findings;
    }

    private static void addError(MachineView machine, List<Finding> findings) {
        ErrorReport error = machine.error();
        if (error == null) {
            return;
        }
        boolean critical = machine.protection().critical();
        findings.add(new Finding(
                critical ? Finding.Severity.CRITICAL : Finding.Severity.WARNING,
                critical ? "machine.critical" : "machine.error",
                object(machine),
                error.code() + ", " + error.object() + ": " + error.message(),
                error.fix()));
    }

    private static void addReplication(MachineView machine, List<Finding> findings) {
        if (machine.protection().phase() == ProtectionPhase.MARKED_FOR_RESYNCHRONISATION) {
            findings.add(
                    new Finding(
                            Finding.Severity.WARNING,
                            "machine.marked-for-resynchronisation",
                            object(machine),
                            "The capture is broken; no new recovery points are made.",
                            "It is resynchronised by itself when its agent and source are there; start it by hand if it is not."));
        }
        ReplicationView replication = machine.replication();
        if (replication != null && missesGoal(machine)) {
            findings.add(new Finding(
                    Finding.Severity.WARNING,
                    "machine.recovery-point-objective",
                    object(machine),
                    "The newest recovery point is " + replication.rpoMillis() + " ms old; the goal is "
                            + machine.policy().rpoGoalMillis() + " ms.",
                    "Check the agent, the network to the process server and the load of both."));
        }
    }

    private static String object(MachineView machine) {
        return "machine " + machine.name();
    }
}
