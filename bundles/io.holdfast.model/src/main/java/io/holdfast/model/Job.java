package io.holdfast.model;

import io.holdfast.base.MachineId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation as a persisted list of idempotent steps. It goes on after a restart.
 *
 * @param id its identity
 * @param kind what it does
 * @param machine for which machine
 * @param arguments what was asked, by name; values are text
 * @param state where it stands
 * @param steps all of them, in order
 * @param error the last error met, or null when the last attempt met none
 * @param failedAttempts how often the present step has failed in a row
 * @param retryAtMillis when it is tried again, a label by the appliance's clock, or null
 * @param startedBy the user who asked
 * @param createdMillis by the appliance's clock
 * @param endedMillis by the appliance's clock, or null while it has not ended
 * @since 1.0
 */
public record Job(
        JobId id,
        JobKind kind,
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

    /** Copies lists and maps. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public Job(
            JobId id,
            JobKind kind,
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
        this.id = id;
        this.kind = kind;
        this.machine = machine;
        this.arguments = Map.copyOf(arguments);
        this.state = state;
        this.steps = List.copyOf(steps);
        this.error = error;
        this.failedAttempts = failedAttempts;
        this.retryAtMillis = retryAtMillis;
        this.startedBy = startedBy;
        this.createdMillis = createdMillis;
        this.endedMillis = endedMillis;
    }
}
