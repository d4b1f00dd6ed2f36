package io.holdfast.configserver.internal.plans;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.configserver.StorePort;
import io.holdfast.configserver.internal.jobs.JobPlan;
import io.holdfast.configserver.internal.jobs.Step;
import io.holdfast.configserver.internal.jobs.StepContext;
import io.holdfast.configserver.internal.jobs.StepResult;
import io.holdfast.model.CaptureState;
import io.holdfast.model.Evidence;
import io.holdfast.model.Failover;
import io.holdfast.model.JobKind;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.PointChoice;
import io.holdfast.model.Progress;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Replica;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Unplanned failover, its cancelling and its commit. */
final class FailoverPlans {

    private static final long DRAIN_MILLIS_MAX = 60_000;
    private static final long RELEASE_MILLIS_MAX = 10_000;

    /** A hypervisor that waits for an export tries to connect again after 16 seconds at the latest. */
    private static final long AWAY_MILLIS_MAX = 60_000;

    /** How a replica looks whose hypervisor waits for an export, or the export itself. */
    private static final Set<ErrorCode> AWAY =
            EnumSet.of(ErrorCode.MONITOR_NOT_REACHABLE, ErrorCode.NETWORK, ErrorCode.TIMEOUT);

    private final Workplace work;
    private final ReplicaSteps replica;

    FailoverPlans(Workplace work) {
        this.work = work;
        this.replica = new ReplicaSteps(work, Replica.Purpose.FAILOVER);
    }

    JobPlan failover() {
        return new JobPlan(
                JobKind.FAILOVER,
                List.of(
                        Step.of("check-source", "Look whether the source still runs", this::checkSource),
                        Step.of("drain", "Take in what the agent still holds", this::drain),
                        replica.resolvePoint(),
                        replica.prepare(),
                        Step.forGood("fence", "Keep the source's writes out from now on", this::fence),
                        Step.of("release-source", "Tell the agent to let go", this::releaseSource),
                        replica.create(),
                        replica.start(),
                        replica.boot(),
                        Step.of("finish", "Wait for commit", context -> {
                            work.move(context.machine(), LifeCycleEvent.REPLICA_BOOTED, ProtectionPhase.COMMIT_PENDING);
                            return StepResult.done();
                        })));
    }

    private StepResult checkSource(StepContext context) {
        Machine machine = work.machine(context);
        boolean force = Boolean.parseBoolean(context.argument(Arguments.FORCE));
        if (force ? !work.agents().isKnown(machine) : !work.agents().isSourceGone(context, machine)) {
            return StepResult.waiting();
        }
        return StepResult.done(
                new Evidence("agentHeard", Boolean.toString(work.agents().isHeard(machine))),
                new Evidence(
                        "sourceRunning",
                        work.agents()
                                .status(machine)
                                .map(MachineStatus::sourceRunning)
                                .map(String::valueOf)
                                .orElse("unknown")),
                new Evidence("force", Boolean.toString(force)));
    }

    /** An agent that outlived its source may still hold acknowledged writes that are in its log alone. */
    private StepResult drain(StepContext context) {
        Machine machine = work.machine(context);
        if (!(PointChoice.parse(context.argument(Arguments.POINT)) instanceof PointChoice.Latest)) {
            return StepResult.done(new Evidence("drain", "not needed: an earlier point was chosen"));
        }
        if (!work.agents().isKnown(machine)) {
            return StepResult.waiting();
        }
        Optional<MachineStatus> status = work.agents().status(machine);
        if (status.isEmpty()) {
            work.agents().giveUp(context);
            return StepResult.done(new Evidence("drain", "not possible: the agent is not heard of"));
        }
        if (status.get().sourceRunning() || status.get().state() == CaptureState.RELEASED) {
            return StepResult.done(new Evidence(
                    "drain", "not needed: capture state " + status.get().state()));
        }
        if (context.waitedMillis() > DRAIN_MILLIS_MAX) {
            work.agents().giveUp(context);
            return StepResult.done(new Evidence("drain", "given up after " + DRAIN_MILLIS_MAX / 1_000 + " seconds"));
        }
        try {
            return work.agents()
                    .ask(context, machine, "drain", Map.of())
                    .map(answer -> AgentLine.read(answer.json(), AgentLine.GivenPosition.class, "drain"))
                    .map(position ->
                            StepResult.done(new Evidence("drainedTo", position.epoch() + ":" + position.sequence())))
                    .orElseGet(StepResult::waiting);
        } catch (HoldfastException e) {
            return StepResult.done(new Evidence("drain", "failed: " + e.code() + " " + e.getMessage()));
        }
    }

    private StepResult fence(StepContext context) {
        Position point = ReplicaSteps.point(context);
        String replicaId = ReplicaSteps.replicaId(context);
        work.move(
                context.machine(),
                LifeCycleEvent.FAILOVER_STARTED,
                ProtectionPhase.FAILING_OVER,
                machine -> machine.withFailover(new Failover(point, work.store().end(machine.id()), replicaId)));
        StorePort.Fence fence = work.store()
                .fence(
                        context.machine(),
                        point,
                        EpochCause.FAILOVER,
                        "failover " + context.job().id());
        work.machines()
                .update(
                        context.machine(),
                        machine -> machine.withFailover(new Failover(point, fence.oldEnd(), replicaId)));
        return StepResult.done(
                Evidence.of("epoch", fence.epoch()),
                new Evidence("oldEnd", fence.oldEnd().toString()));
    }

    /** The order stands: an agent that is away now gets it when it comes back, and leaves the source alone. */
    private StepResult releaseSource(StepContext context) {
        Machine machine = work.machine(context);
        if (context.first()) {
            work.agents().orderRelease(machine);
        }
        return work.agents().followOrder(context, machine, RELEASE_MILLIS_MAX);
    }

    JobPlan cancel() {
        return new JobPlan(
                JobKind.CANCEL_FAILOVER,
                List.of(
                        Step.forGood("discard-replica", "Throw the replica away", context -> {
                            Machine machine = work.move(
                                    context.machine(),
                                    LifeCycleEvent.CANCEL_STARTED,
                                    ProtectionPhase.CANCELLING_FAILOVER);
                            work.replicas().destroy(machine, failover(machine).replica());
                            return StepResult.done(
                                    new Evidence("replica", failover(machine).replica()));
                        }),
                        Step.of("reopen-history", "Go on from the end of the old branch", context -> {
                            Position oldEnd = failover(work.machine(context)).oldEnd();
                            StorePort.Fence fence = work.store()
                                    .fence(
                                            context.machine(),
                                            oldEnd,
                                            EpochCause.RESUME,
                                            "cancel " + context.job().id());
                            return StepResult.done(
                                    Evidence.of("epoch", fence.epoch()), new Evidence("parent", oldEnd.toString()));
                        }),
                        Step.of("take-up-source", "Tell the agent to protect the source again", context -> {
                            Machine machine = work.machine(context);
                            work.agents().orderProtect(machine);
                            work.move(
                                    machine.id(),
                                    LifeCycleEvent.FAILOVER_CANCELLED,
                                    ProtectionPhase.MARKED_FOR_RESYNCHRONISATION,
                                    before -> before.withFailover(null));
                            return StepResult.done(new Evidence(
                                    "agentHeard", Boolean.toString(work.agents().isHeard(machine))));
                        })));
    }

    JobPlan commit() {
        return new JobPlan(
                JobKind.COMMIT_FAILOVER,
                List.of(
                        Step.forGood("commit", "Let the failover stand", context -> {
                            work.move(context.machine(), LifeCycleEvent.COMMIT_STARTED, ProtectionPhase.COMMITTING);
                            return StepResult.done();
                        }),
                        Step.of("hydrate", "Copy the data into the running replica", this::hydrate),
                        Step.of("finish", "Let go of the recovery point", context -> {
                            Machine machine = work.machine(context);
                            work.replicas().permanent(replicaOf(machine));
                            work.move(machine.id(), LifeCycleEvent.COMMITTED, ProtectionPhase.COMMITTED);
                            return StepResult.done();
                        })));
    }

    /** After a restart of the node, a replica is heard of again only when it has found its way back to the point that is offered to it. */
    private StepResult hydrate(StepContext context) {
        Machine machine = work.machine(context);
        try {
            Progress progress = work.replicas().hydrate(machine, replicaOf(machine));
            return progress.done() == progress.total()
                    ? StepResult.done(Evidence.of("bytes", progress.total()))
                    : new StepResult.Waiting(progress);
        } catch (HoldfastException e) {
            if (AWAY.contains(e.code()) && context.waitedMillis() < AWAY_MILLIS_MAX) {
                return StepResult.waiting();
            }
            throw e;
        }
    }

    private Replica replicaOf(Machine machine) {
        return work.replicas().get(failover(machine).replica());
    }

    private static Failover failover(Machine machine) {
        Failover failover = machine.failover();
        if (failover == null) {
            throw new HoldfastException(
                    ErrorCode.INTERNAL,
                    "machine " + machine.name(),
                    "has no failover on record although it was failed over");
        }
        return failover;
    }
}
