package io.holdfast.catalog;

import io.holdfast.base.MachineId;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Jobs with their steps.
 *
 * @since 1.0
 */
public interface JobTable {

    /**
     * Adds a job.
     *
     * @param job whose id is new
     */
    void insert(Job job);

    /**
     * Replaces a job and its steps.
     *
     * @param job whose id is there, with as many steps as before
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    void update(Job job);

    /**
     * Finds a job.
     *
     * @param id its id
     * @return the job
     */
    Optional<Job> find(JobId id);

    /**
     * Lists jobs, newest first.
     *
     * @param machine only this machine's, or null for all
     * @param limit how many at most
     * @return jobs
     */
    List<Job> list(@Nullable MachineId machine, int limit);

    /**
     * Lists the jobs that have not ended.
     *
     * @return oldest first
     */
    List<Job> unfinished();

    /**
     * Removes the oldest jobs that have ended.
     *
     * @param keep how many of those that have ended stay
     * @return how many were removed
     */
    int trim(int keep);
}
