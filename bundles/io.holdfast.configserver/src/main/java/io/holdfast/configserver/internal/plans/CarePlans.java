package io.holdfast.configserver.internal.plans;

import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.internal.jobs.JobPlan;
import io.holdfast.configserver.internal.jobs.Step;
import io.holdfast.configserver.internal.jobs.StepContext;
import io.holdfast.configserver.internal.jobs.StepResult;
import io.holdfast.model.CaptureState;
import io.holdfast.model.Evidence;
import io.holdfast.model.JobKind;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.Progress;
import io.holdfast.model.RecoveryPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pause, resume, marking a point, resynchronising: what the agent does and the job follows. */
final class CarePlans {

    private final Workplace work;

    CarePlans(Workplace work) {
        this.work = work;
    }

    JobPlan pause() {
        return new JobPlan(
                JobKind.PAUSE,
                List.of(
                        Step.of(
                                "pause",
                                "Tell the agent to stand aside",
                                context -> tell(
                                        context,
                                        "pause",
                                        Map.of("minutes", Integer.parseInt(context.argument(Arguments.MINUTES))))),
                        Step.of("follow", "Wait until it does", context -> follow(context, CaptureState.PAUSED))));
    }

    JobPlan resume() {
        return new JobPlan(
                JobKind.RESUME,
                List.of(Step.of("resume", "Tell the agent to go on", context -> tell(context, "resume", Map.of()))));
    }

    JobPlan resynchronise() {
        return new JobPlan(
                JobKind.RESYNCHRONISE,
                List.of(
                        Step.of(
                                "resynchronise",
                                "Tell the agent to compare",
                                context -> tell(context, "resynchronise", Map.of())),
                        Step.of("follow", "Send the differences", context -> follow(context, CaptureState.READY))));
    }

    JobPlan mark() {
        return new JobPlan(
                JobKind.MARK,
                List.of(
                        Step.of("marker", "Put a marker into the stream", this::putMarker),
                        Step.of("proof", "Wait until the point is proven", this::followMarker)));
    }

    private StepResult putMarker(StepContext context) {
        MarkerKind kind = MarkerKind.valueOf(context.argument(Arguments.MARKER_KIND));
        return work.agents()
                .ask(
                        context,
                        work.machine(context),
                        "marker",
                        Map.of("kind", kind.name(), "label", context.argument(Arguments.LABEL)))
                .map(answer -> AgentLine.read(answer.json(), AgentLine.GivenPosition.class, "marker"))
                .map(position -> StepResult.done(Evidence.of("sequence", position.sequence())))
                .orElseGet(StepResult::waiting);
    }

    private StepResult followMarker(StepContext context) {
        long sequence = Long.parseLong(context.requireEvidence("sequence"));
        Optional<RecoveryPoint> point = work.store()
                .latest(context.machine())
                .filter(latest -> latest.position().sequence() >= sequence);
        if (point.isEmpty()) {
            work.agents().requireHeard(context, work.machine(context));
            return StepResult.waiting();
        }
        return StepResult.done(new Evidence("provenTo", point.get().position().toString()));
    }

    private StepResult tell(StepContext context, String kind, Map<String, Object> arguments) {
        return work.agents()
                .ask(context, work.machine(context), kind, arguments)
                .map(_ -> StepResult.done())
                .orElseGet(StepResult::waiting);
    }

    private StepResult follow(StepContext context, CaptureState wanted) {
        Machine machine = work.machine(context);
        Optional<MachineStatus> said = work.agents().statusSince(context);
        if (said.isEmpty()) {
            work.agents().requireHeard(context, machine);
            return StepResult.waiting();
        }
        MachineStatus status = said.get();
        ProtectionPlans.requireNoFinalError(status);
        return status.state() == wanted
                ? StepResult.done(Evidence.of("sentBytes", status.sentBytes()))
                : new StepResult.Waiting(new Progress(status.copyBytesDone(), status.copyBytesTotal(), "bytes"));
    }
}
