package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Evidence;
import io.holdfast.model.Failover;
import io.holdfast.model.Hardware;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.MachineDisk;
import io.holdfast.model.Policy;
import io.holdfast.model.Progress;
import io.holdfast.model.Protection;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.SourceFacts;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Rows to store. */
final class Rows {

    private Rows() {}

    static Machine machine(String name) {
        return new Machine(
                new MachineId(UUID.randomUUID()),
                name,
                UUID.randomUUID().toString(),
                new MachineAddress("kvm", Map.of("qmp", "/run/a.sock", "qmpOob", "/run/b.sock")),
                Policy.DEFAULT,
                "",
                null,
                Protection.START,
                null,
                null,
                1_700_000_000_000L);
    }

    static Machine fullMachine(String name) {
        return machine(name)
                .withFacts(new SourceFacts(
                        name,
                        "uuid-1",
                        "QEMU 7.2.22",
                        true,
                        new Hardware(2, 512, Hardware.Firmware.BIOS),
                        List.of(new MachineDisk("virtio0 \"ä\"", 1L << 40), new MachineDisk("virtio1", 7))))
                .withProtection(new Protection(ProtectionPhase.COMMIT_PENDING, DrillPhase.RUNNING, true, true))
                .withFailover(new Failover(
                        new Position(3, 77),
                        new Position(2, 99),
                        UUID.randomUUID().toString()))
                .withError(
                        new ErrorReport(ErrorCode.STORE_DAMAGED, "segment 7", "x".repeat(20_000), "Look at it.", 12));
    }

    static Job job(MachineId machine, JobState state) {
        return new Job(
                new JobId(UUID.randomUUID()),
                JobKind.FAILOVER,
                machine,
                Map.of("point", "latest", "network", "isolated"),
                state,
                List.of(
                        new JobStep(
                                "check",
                                "Check",
                                JobStep.State.DONE,
                                new Progress(5, 10, "bytes"),
                                List.of(Evidence.of("freeBytes", 17), new Evidence("note", "ok")),
                                1L,
                                2L),
                        JobStep.waiting("fence", "Fence")),
                state == JobState.RETRYING
                        ? new ErrorReport(ErrorCode.DISK_FULL, "disk", "full", "Make room.", 9)
                        : null,
                state == JobState.RETRYING ? 3 : 0,
                state == JobState.RETRYING ? 4_000L : null,
                "admin",
                1,
                state.ended() ? 5L : null);
    }
}
