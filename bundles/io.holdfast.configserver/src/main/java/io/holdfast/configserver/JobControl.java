package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Jobs. Looking needs a viewer, changing an operator.
 *
 * @since 1.0
 */
public interface JobControl {

    /** The most jobs one listing returns. */
    int JOBS_MAX = 500;

    /**
     * Lists jobs, newest first.
     *
     * @param caller who asks
     * @param machine only this machine's, or null for all
     * @param limit how many at most, 1 to {@link #JOBS_MAX}
     * @return jobs
     */
    List<Job> list(Caller caller, @Nullable MachineId machine, int limit);

    /**
     * Finds a job.
     *
     * @param caller who asks
     * @param job which
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    Job get(Caller caller, JobId job);

    /**
     * Has a job's present step tried again now: one that waits for its next attempt, or the newest one of a machine that failed.
     *
     * @param caller who asks
     * @param job which
     * @return the job, running
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE}
     */
    Job retry(Caller caller, JobId job);

    /**
     * Ends a job that has changed nothing yet that would have to be undone.
     *
     * @param caller who asks
     * @param job which
     * @return the job, cancelled
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE} naming the operation that undoes it
     */
    Job cancel(Caller caller, JobId job);
}
