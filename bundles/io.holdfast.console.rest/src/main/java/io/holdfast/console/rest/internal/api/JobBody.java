package io.holdfast.console.rest.internal.api;

import io.holdfast.base.MachineId;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as the interface shows it: the job, and what people call its kind.
 *
 * @param id its identity
 * @param kind what it does
 * @param title what people call that
 * @param machine for which machine
 * @param arguments what was asked
 * @param state where it stands
 * @param steps all of them, in order
 * @param error the last error met
 * @param failedAttempts how often the present step has failed in a row
 * @param retryAtMillis when it is tried again
 * @param startedBy the user who asked
 * @param createdMillis by the appliance's clock
 * @param endedMillis by the appliance's clock
 */
record JobBody(
        JobId id,
        JobKind kind,
        String title,
        MachineId machine,
        Map<String, String> arguments,
        JobState state,
        List<JobStep> steps,
        @Nullable ErrorReport error,
        int failedAttempts,
        @Nullable Long retryAtMillis,
        String startedBy,
        long createdMillis,
        @Nullable Long endedMillis) {

    /** Shows a job. */
    static JobBody of(Job job) {
        return new JobBody(
                job.id(),
                job.kind(),
                job.kind().title(),
                job.machine(),
                job.arguments(),
                job.state(),
                job.steps(),
                job.error(),
                job.failedAttempts(),
                job.retryAtMillis(),
                job.startedBy(),
                job.createdMillis(),
                job.endedMillis());
    }
}
