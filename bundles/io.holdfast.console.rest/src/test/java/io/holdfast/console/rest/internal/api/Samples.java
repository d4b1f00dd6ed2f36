package io.holdfast.console.rest.internal.api;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.ReplicationView;
import io.holdfast.model.ActiveLocation;
import io.holdfast.model.AgentError;
import io.holdfast.model.CaptureState;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Evidence;
import io.holdfast.model.Failover;
import io.holdfast.model.Hardware;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.MachineDisk;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.NextStep;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundleComponent;
import io.holdfast.model.Operation;
import io.holdfast.model.Policy;
import io.holdfast.model.Progress;
import io.holdfast.model.Protection;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.Replica;
import io.holdfast.model.SourceFacts;
import io.holdfast.model.StreamCoding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Values with every field set, so that a test sees each of them on the wire. */
final class Samples {

    static final MachineId MACHINE = MachineId.parse("6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa");
    static final JobId JOB = JobId.parse("0b8f5a52-2f0e-4a0b-8d3c-5b1f1d9d4e11");
    static final long NOW = 1_795_255_200_000L;
    static final String BUNDLE = "io.holdfast.processserver";

    private Samples() {}

    static MachineView machine() {
        ErrorReport error = new ErrorReport(ErrorCode.DISK_FULL, "recovery store", "full", "Add space.", NOW);
        return new MachineView(
                MACHINE,
                "web-1",
                "agent-id",
                "host-1",
                address(),
                Policy.DEFAULT,
                facts(),
                Protection.START,
                ActiveLocation.PRIMARY,
                new ReplicationView(status(), true, 180, 600, true),
                new StreamCoding("LZ4", "It is the faster one."),
                point(),
                new Failover(new Position(3, 10), new Position(3, 12), "replica-1"),
                List.of(replica()),
                List.of(JOB),
                error,
                Arrays.stream(Operation.values())
                        .map(operation -> new NextStep(operation, false, "Protection is being enabled."))
                        .toList(),
                NOW);
    }

    static MachineAddress address() {
        return new MachineAddress("kvm", Map.of("qmp", "/run/qmp", "qmpOob", "/run/oob"));
    }

    static SourceFacts facts() {
        return new SourceFacts(
                "web-1",
                "uuid",
                "QEMU 7.2.22",
                true,
                new Hardware(2, 512, Hardware.Firmware.BIOS),
                List.of(new MachineDisk("system", 4096)));
    }

    static MachineStatus status() {
        return new MachineStatus(
                MACHINE,
                CaptureState.READY,
                true,
                3,
                20,
                19,
                18,
                17,
                420,
                "initial",
                5,
                10,
                100,
                200,
                300,
                1,
                900,
                "fine",
                new AgentError(ErrorCode.CAPTURE_BROKEN, "disk system", "its mirror ended"));
    }

    static RecoveryPoint point() {
        return new RecoveryPoint(new Position(3, 17), NOW, MarkerKind.CRASH_CONSISTENT, "before upgrade");
    }

    static Replica replica() {
        return new Replica(
                "replica-1",
                MACHINE,
                Replica.Purpose.TEST,
                new Position(3, 17),
                new NetworkChoice.Bridge("br0"),
                Replica.State.BOOTED,
                new Progress(1, 2, "bytes"),
                Map.of("vnc", "127.0.0.1:5901"),
                NOW);
    }

    static Job job(JobKind kind) {
        JobStep step = new JobStep(
                "check",
                "Check the source",
                JobStep.State.RUNNING,
                new Progress(1, 2, "bytes"),
                List.of(Evidence.of("freeBytes", 7)),
                NOW,
                NOW);
        ErrorReport error = new ErrorReport(ErrorCode.NETWORK, "link", "down", "Look at the link.", NOW);
        return new Job(
                JOB,
                kind,
                MACHINE,
                Map.of("point", "latest"),
                JobState.RETRYING,
                List.of(step),
                error,
                2,
                NOW + 60_000,
                "admin",
                NOW,
                NOW);
    }

    static AgentView agent() {
        return new AgentView("agent-id", "host-1", "1.0.0", AgentView.State.CONNECTED, 310L, NOW, List.of(MACHINE));
    }

    static NodeBundle bundle() {
        return new NodeBundle(
                BUNDLE,
                "1.0.0",
                NodeBundle.State.RUNNING,
                NodeBundle.Handling.STOPPABLE,
                List.of(new NodeBundleComponent(
                        BUNDLE + ".ProcessServerComponent", NodeBundleComponent.State.FAILED, "failed to start: why")));
    }
}
