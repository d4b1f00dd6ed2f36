package io.holdfast.configserver.internal.plans;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.configserver.internal.ErrorReports;
import io.holdfast.configserver.internal.jobs.JobPlan;
import io.holdfast.configserver.internal.jobs.JobRequest;
import io.holdfast.configserver.internal.jobs.Step;
import io.holdfast.configserver.internal.jobs.StepContext;
import io.holdfast.configserver.internal.jobs.StepResult;
import io.holdfast.model.AgentError;
import io.holdfast.model.CaptureState;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Evidence;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Progress;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.Replica;
import io.holdfast.model.SourceFacts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Enabling protection, finalizing it (M-070 to M-085), and ending it. */
final class ProtectionPlans {

    private static final long UNPROTECT_MILLIS_MAX = 30_000;
    private static final int SOURCE_SHARE_LEAST = 20;

    /** An agent that was told to try again has done so by then. */
    private static final long STALE_MILLIS_MAX = 3_000;

    private final Workplace work;
    private final ChildJobs children;

    ProtectionPlans(Workplace work, ChildJobs children) {
        this.work = work;
        this.children = children;
    }

    /** Starts and finds jobs for steps of other jobs. */
    interface ChildJobs {

        /** Starts a job of this id, or finds the one that is there. */
        Job submit(JobRequest request, JobId id);
    }

    JobPlan protect() {
        return new JobPlan(
                JobKind.PROTECT,
                List.of(
                        Step.forGood("inspect", "Have the agent look at the machine", this::inspect),
                        Step.of("check", "Check the prerequisites", this::check),
                        Step.of("create-history", "Make history and keys", context -> {
                            work.store().createHistory(context.machine());
                            return StepResult.done();
                        }),
                        Step.of("begin", "Tell the agent to begin", this::begin),
                        Step.of("initial-replication", "Copy all disks", this::followCopy),
                        Step.of("finalize", "Finalize protection", this::startFinalize)));
    }

    private StepResult inspect(StepContext context) {
        Machine machine = work.machine(context);
        Optional<AgentLine.Answer> answer =
                work.agents().ask(context, machine, "inspect", Map.of("address", AgentLine.address(machine.address())));
        if (answer.isEmpty()) {
            return StepResult.waiting();
        }
        SourceFacts facts = AgentLine.read(answer.get().json(), SourceFacts.class, "inspect");
        work.machines().update(machine.id(), before -> before.withFacts(facts));
        return StepResult.done(
                new Evidence("hypervisor", facts.hypervisor()),
                new Evidence("running", Boolean.toString(facts.running())),
                Evidence.of("disks", facts.disks().size()),
                Evidence.of("sizeBytes", facts.sizeBytes()));
    }

    /** What can be known before anything is changed (M-071). */
    private StepResult check(StepContext context) {
        Machine machine = work.machine(context);
        SourceFacts facts = machine.facts();
        if (facts == null || facts.disks().isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "machine " + machine.name(),
                    "has no writable disk; expected at least one");
        }
        work.machines().list().stream()
                .filter(other -> !other.id().equals(machine.id()))
                .filter(other -> other.protection().phase() != ProtectionPhase.UNPROTECTED)
                .filter(other -> isSame(facts, other.facts()))
                .findFirst()
                .ifPresent(other -> {
                    throw new HoldfastException(
                            ErrorCode.ALREADY_PROTECTED,
                            "machine " + machine.name(),
                            "is the one that is protected as '" + other.name() + "'; expected one that is not");
                });
        long free = work.store().room().intakeBytes();
        long least = facts.sizeBytes() / SOURCE_SHARE_LEAST;
        if (free < least) {
            throw new HoldfastException(
                    ErrorCode.DISK_FULL,
                    "recovery store",
                    free + " bytes free; expected at least a twentieth of the machine's disks, " + least + " bytes");
        }
        return StepResult.done(Evidence.of("storeFreeBytes", free), Evidence.of("storeNeededBytes", least));
    }

    private static boolean isSame(SourceFacts facts, @Nullable SourceFacts other) {
        return other != null && !facts.identity().isEmpty() && facts.identity().equals(other.identity());
    }

    private StepResult begin(StepContext context) {
        Machine machine = work.machine(context);
        work.agents().withdrawOrder(machine.id());
        Optional<AgentLine.Answer> answer =
                work.agents().ask(context, machine, "protect", work.agents().protectArguments(machine));
        if (answer.isEmpty()) {
            return StepResult.waiting();
        }
        work.move(machine.id(), LifeCycleEvent.REPLICATION_STARTED, ProtectionPhase.INITIAL_REPLICATION);
        return StepResult.done();
    }

    private StepResult followCopy(StepContext context) {
        Machine machine = work.machine(context);
        Optional<MachineStatus> said = work.agents().status(machine);
        if (said.isEmpty()) {
            work.agents().requireHeard(context, machine);
            return StepResult.waiting();
        }
        MachineStatus status = said.get();
        if (status.state() == CaptureState.ERROR && context.waitedMillis() < STALE_MILLIS_MAX) {
            if (context.first()) {
                work.agents().ask(context, machine, "resume", Map.of());
            }
            return StepResult.waiting(); // it may be the error of an attempt before
        }
        requireNoFinalError(status);
        if (status.state() == CaptureState.SOURCE_GONE) {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE,
                    "machine " + machine.name(),
                    "the source is gone before its first copy was complete; expected it to run");
        }
        Optional<RecoveryPoint> point = work.store().latest(machine.id());
        if (status.state() == CaptureState.READY && point.isPresent()) {
            work.move(machine.id(), LifeCycleEvent.COPY_COMPLETE, ProtectionPhase.FINALIZING);
            return StepResult.done(
                    Evidence.of("copiedBytes", status.copyBytesTotal()),
                    Evidence.of("sentBytes", status.sentBytes()),
                    new Evidence("firstPoint", point.get().position().toString()));
        }
        return new StepResult.Waiting(new Progress(status.copyBytesDone(), status.copyBytesTotal(), "bytes"));
    }

    static void requireNoFinalError(MachineStatus status) {
        AgentError error = status.error();
        if (error != null
                && status.state() == CaptureState.ERROR
                && error.code().errorClass() != ErrorClass.RECOVERABLE) {
            throw ErrorReports.exception(error);
        }
    }

    private StepResult startFinalize(StepContext context) {
        UUID id = UUID.nameUUIDFromBytes(("finalize " + context.job().id()).getBytes(StandardCharsets.US_ASCII));
        Job child = children.submit(
                new JobRequest(
                        JobKind.FINALIZE,
                        context.machine(),
                        Map.of(),
                        context.job().startedBy()),
                new JobId(id));
        ErrorReport error = child.error();
        return switch (child.state()) {
            case SUCCEEDED -> StepResult.done(new Evidence("job", child.id().toString()));
            case RUNNING, RETRYING -> StepResult.waiting();
            case FAILED, CANCELLED ->
                throw error == null
                        ? new HoldfastException(ErrorCode.CANCELLED, "job " + child.id(), "ended before it was done")
                        : new HoldfastException(error.code(), error.object(), error.message());
        };
    }

    JobPlan finalizeProtection() {
        return new JobPlan(
                JobKind.FINALIZE,
                List.of(
                        Step.of("verify-point", "Find the first recovery point", context -> {
                            Optional<RecoveryPoint> point = work.store().latest(context.machine());
                            return point.isEmpty()
                                    ? StepResult.waiting()
                                    : StepResult.done(new Evidence(
                                            "point", point.get().position().toString()));
                        }),
                        Step.forGood("protected", "Set the machine protected", context -> {
                            work.move(context.machine(), LifeCycleEvent.FINALIZED, ProtectionPhase.PROTECTED);
                            return StepResult.done();
                        }),
                        Step.of("rehearse", "Offer the point and ask the target", this::rehearse)));
    }

    /** That the machine could not be brought back now is no reason not to protect it, but a person should read it before the day it is needed. */
    private StepResult rehearse(StepContext context) {
        Replica wish = new Replica(
                context.job().id().toString(),
                context.machine(),
                Replica.Purpose.TEST,
                Position.parse(context.requireEvidence("point")),
                new NetworkChoice.Isolated(),
                Replica.State.CREATING,
                null,
                Map.of(),
                context.job().createdMillis());
        Optional<HoldfastException> objection = work.replicas().rehearse(work.machine(context), wish);
        return StepResult.done(new Evidence(
                "target",
                objection.map(error -> error.code() + " " + error.getMessage()).orElse("could run a replica now")));
    }

    JobPlan unprotect() {
        return new JobPlan(
                JobKind.UNPROTECT,
                List.of(
                        Step.of("check-lock", "See that no retention lock keeps what is to be destroyed", context -> {
                            if (fate(context) == HistoryFate.DESTROY) {
                                work.store().requireDestroyable(context.machine());
                            }
                            return StepResult.done();
                        }),
                        Step.forGood("release-source", "Tell the agent to let go", this::releaseSource),
                        Step.of("history", "Keep or destroy the history", context -> {
                            HistoryFate fate = fate(context);
                            if (fate == HistoryFate.DESTROY) {
                                work.store().destroyHistory(context.machine());
                            }
                            return StepResult.done(new Evidence("history", fate.name()));
                        }),
                        Step.of("finish", "End protection", context -> {
                            work.agents().forget(context.machine());
                            if (fate(context) == HistoryFate.DESTROY) {
                                work.machines().delete(context.machine());
                                work.replicas().forget(context.machine());
                            } else {
                                work.move(context.machine(), LifeCycleEvent.UNPROTECTED, ProtectionPhase.UNPROTECTED);
                            }
                            return StepResult.done();
                        })));
    }

    private StepResult releaseSource(StepContext context) {
        Machine machine = work.move(context.machine(), LifeCycleEvent.UNPROTECT_STARTED, ProtectionPhase.UNPROTECTING);
        if (context.first()) {
            work.agents().orderUnprotect(machine);
        }
        return work.agents().followOrder(context, machine, UNPROTECT_MILLIS_MAX);
    }

    private static HistoryFate fate(StepContext context) {
        return HistoryFate.valueOf(context.argument(Arguments.HISTORY));
    }
}
