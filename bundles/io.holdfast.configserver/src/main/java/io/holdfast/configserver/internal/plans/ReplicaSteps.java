package io.holdfast.configserver.internal.plans;

import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.configserver.internal.ReplicaWorkshop;
import io.holdfast.configserver.internal.jobs.Step;
import io.holdfast.configserver.internal.jobs.StepContext;
import io.holdfast.configserver.internal.jobs.StepResult;
import io.holdfast.model.Evidence;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineDisk;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.Replica;
import io.holdfast.model.SourceFacts;
import java.time.Instant;
import java.util.Map;

/** The steps that test failover and failover share: from the choice of a point to a replica that has booted. */
final class ReplicaSteps {

    private static final String POINT_FOUND = "point";
    private static final String SPACE_BYTES = "spaceBytes";
    private static final long START_AGAIN_MILLIS_MAX = 2_000;
    private static final long BOOT_MILLIS_MAX = 15 * 60_000;

    private final Workplace work;
    private final Replica.Purpose purpose;

    ReplicaSteps(Workplace work, Replica.Purpose purpose) {
        this.work = work;
        this.purpose = purpose;
    }

    Step resolvePoint() {
        return Step.of("resolve-point", "Find the recovery point", context -> {
            PointChoice choice = PointChoice.parse(context.argument(Arguments.POINT));
            RecoveryPoint point = work.store().resolve(context.machine(), choice);
            return StepResult.done(
                    new Evidence(POINT_FOUND, point.position().toString()),
                    new Evidence(
                            "pointTime", Instant.ofEpochMilli(point.utcMillis()).toString()));
        });
    }

    Step prepare() {
        return Step.of("prepare-replica", "Offer the point and look for space and memory", context -> {
            Machine machine = work.machine(context);
            long space = spaceBytes(machine);
            work.replicas().prepare(machine, wish(context), space);
            return StepResult.done(
                    new Evidence("replica", replicaId(context)),
                    Evidence.of(SPACE_BYTES, space),
                    Evidence.of("memoryMebibytes", facts(machine).hardware().memoryMebibytes()));
        });
    }

    Step create() {
        return Step.of("create-replica", "Create the replica", context -> {
            Machine machine = work.machine(context);
            work.replicas().create(machine, replica(context), Long.parseLong(context.requireEvidence(SPACE_BYTES)));
            return StepResult.done();
        });
    }

    Step start() {
        return Step.of("start-replica", "Start the replica", context -> {
            work.replicas().start(work.machine(context), replica(context));
            return StepResult.done();
        });
    }

    Step boot() {
        return Step.of("boot", "Wait until the replica has booted", this::waitForBoot);
    }

    private StepResult waitForBoot(StepContext context) {
        Machine machine = work.machine(context);
        Replica replica = replica(context);
        ReplicaStatus status = work.replicas().status(machine, replica);
        if (status.state() == ReplicaStatus.State.ABSENT) {
            throw new HoldfastException(
                    ErrorCode.REPLICA_INVALID,
                    "replica " + replica.id(),
                    "it is gone; expected to be where it was created");
        }
        if (status.booted() && status.state() == ReplicaStatus.State.RUNNING) {
            work.replicas().booted(replica, status);
            return StepResult.done(Evidence.of("bootMillis", context.waitedMillis()));
        }
        boolean still = status.state() == ReplicaStatus.State.STOPPED || status.state() == ReplicaStatus.State.BLOCKED;
        if (still && context.waitedMillis() > START_AGAIN_MILLIS_MAX) {
            throw new HoldfastException(
                    ErrorCode.REPLICA_START_FAILED,
                    "replica " + replica.id(),
                    "it is " + status.state() + " before it has booted (" + status.reason() + "); expected it to run");
        }
        if (still) {
            work.replicas().start(machine, replica);
        }
        if (context.waitedMillis() > BOOT_MILLIS_MAX) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT,
                    "replica " + replica.id(),
                    "has not shown its boot sign for " + BOOT_MILLIS_MAX / 60_000 + " minutes; expected '"
                            + machine.bootSign() + "'");
        }
        return StepResult.waiting();
    }

    /** The point an earlier step of this job has found. */
    static Position point(StepContext context) {
        return Position.parse(context.requireEvidence(POINT_FOUND));
    }

    /** A job makes one replica, which has the job's id: so it is found again after any crash. */
    static String replicaId(StepContext context) {
        return context.job().id().toString();
    }

    private Replica replica(StepContext context) {
        return work.replicas().get(replicaId(context));
    }

    private Replica wish(StepContext context) {
        return new Replica(
                replicaId(context),
                context.machine(),
                purpose,
                point(context),
                NetworkChoice.parse(context.argument(Arguments.NETWORK)),
                Replica.State.CREATING,
                null,
                Map.of(),
                context.job().createdMillis());
    }

    /** A replica in production is to hold all its data in the end; how much that is, is known from above only. */
    private long spaceBytes(Machine machine) {
        if (purpose == Replica.Purpose.TEST) {
            return ReplicaWorkshop.OWN_WRITES_BYTES;
        }
        long disks = facts(machine).disks().stream()
                .mapToLong(MachineDisk::sizeBytes)
                .sum();
        return Math.addExact(Math.min(disks, work.store().dataBytes(machine.id())), ReplicaWorkshop.OWN_WRITES_BYTES);
    }

    private static SourceFacts facts(Machine machine) {
        SourceFacts facts = machine.facts();
        if (facts == null) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE,
                    "machine " + machine.name(),
                    "its hardware is not known; expected the agent to have looked");
        }
        return facts;
    }
}
