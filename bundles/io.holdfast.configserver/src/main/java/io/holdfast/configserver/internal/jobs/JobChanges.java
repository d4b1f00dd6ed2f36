package io.holdfast.configserver.internal.jobs;

import io.holdfast.model.ErrorReport;
import io.holdfast.model.Evidence;
import io.holdfast.model.Job;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.Progress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pure changes of a job. */
final class JobChanges {

    private JobChanges() {}

    /** Index of the step to run next; the number of steps when all are done. */
    static int present(Job job) {
        int index = 0;
        while (index < job.steps().size() && job.steps().get(index).state() == JobStep.State.DONE) {
            index++;
        }
        return index;
    }

    static Job begun(Job job, int index, long nowMillis) {
        JobStep step = job.steps().get(index);
        Long started = step.startedMillis() == null ? Long.valueOf(nowMillis) : step.startedMillis();
        JobStep next = new JobStep(
                step.name(), step.title(), JobStep.State.RUNNING, step.progress(), step.evidence(), started, null);
        return with(replaced(job, index, next), JobState.RUNNING, null, job.failedAttempts(), null, null);
    }

    static Job progressed(Job job, int index, @Nullable Progress progress) {
        JobStep step = job.steps().get(index);
        return replaced(
                job,
                index,
                new JobStep(
                        step.name(),
                        step.title(),
                        step.state(),
                        progress,
                        step.evidence(),
                        step.startedMillis(),
                        step.endedMillis()));
    }

    static Job done(Job job, int index, List<Evidence> evidence, @Nullable Progress last, long nowMillis) {
        JobStep step = job.steps().get(index);
        Progress whole = last == null ? null : new Progress(last.total(), last.total(), last.unit());
        JobStep next = new JobStep(
                step.name(), step.title(), JobStep.State.DONE, whole, evidence, step.startedMillis(), nowMillis);
        Job advanced = replaced(job, index, next);
        return present(advanced) == advanced.steps().size()
                ? with(advanced, JobState.SUCCEEDED, null, 0, null, nowMillis)
                : with(advanced, JobState.RUNNING, null, 0, null, null);
    }

    static Job retrying(Job job, ErrorReport error, long retryAtMillis) {
        return with(job, JobState.RETRYING, error, job.failedAttempts() + 1, retryAtMillis, null);
    }

    static Job failed(Job job, int index, ErrorReport error, long nowMillis) {
        return with(
                stepState(job, index, JobStep.State.FAILED),
                JobState.FAILED,
                error,
                job.failedAttempts() + 1,
                null,
                nowMillis);
    }

    static Job cancelled(Job job, ErrorReport why, long nowMillis) {
        return with(job, JobState.CANCELLED, why, job.failedAttempts(), null, nowMillis);
    }

    static Job again(Job job) {
        return with(stepState(job, present(job), JobStep.State.RUNNING), JobState.RUNNING, null, 0, null, null);
    }

    private static Job stepState(Job job, int index, JobStep.State state) {
        JobStep step = job.steps().get(index);
        return replaced(
                job,
                index,
                new JobStep(
                        step.name(),
                        step.title(),
                        state,
                        step.progress(),
                        step.evidence(),
                        step.startedMillis(),
                        step.endedMillis()));
    }

    private static Job replaced(Job job, int index, JobStep step) {
        List<JobStep> steps = new ArrayList<>(job.steps());
        steps.set(index, step);
        return new Job(
                job.id(),
                job.kind(),
                job.machine(),
                job.arguments(),
                job.state(),
                steps,
                job.error(),
                job.failedAttempts(),
                job.retryAtMillis(),
                job.startedBy(),
                job.createdMillis(),
                job.endedMillis());
    }

    private static Job with(
            Job job,
            JobState state,
            @Nullable ErrorReport error,
            int failedAttempts,
            @Nullable Long retryAtMillis,
            @Nullable Long endedMillis) {
        return new Job(
                job.id(),
                job.kind(),
                job.machine(),
                job.arguments(),
                state,
                job.steps(),
                error,
                failedAttempts,
                retryAtMillis,
                job.startedBy(),
                job.createdMillis(),
                endedMillis);
    }
}
