package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.catalog.Catalog;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.JobControl;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.configserver.internal.jobs.JobEngine;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs, as the control service offers them. */
public final class JobService implements JobControl {

    private final Gate gate;
    private final Catalog catalog;
    private final JobEngine engine;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param catalog where jobs are kept
     * @param engine carries them out
     */
    public JobService(Gate gate, Catalog catalog, JobEngine engine) {
        this.gate = gate;
        this.catalog = catalog;
        this.engine = engine;
    }

    @Override
    public List<Job> list(Caller caller, @Nullable MachineId machine, int limit) {
        gate.look(caller, Role.VIEWER);
        if (limit < 1 || limit > JOBS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "limit", limit + " given; expected 1 to " + JOBS_MAX);
        }
        return catalog.<List<Job>>read(tables -> tables.jobs().list(machine, limit)).stream()
                .map(engine::current)
                .toList();
    }

    @Override
    public Job get(Caller caller, JobId job) {
        gate.look(caller, Role.VIEWER);
        return engine.find(job)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "job " + job, "not known; expected the id of a job in the list"));
    }

    @Override
    public Job retry(Caller caller, JobId job) {
        return gate.change(
                caller, Role.OPERATOR, new Gate.Change("job.retry", job.toString(), ""), () -> engine.retry(job));
    }

    @Override
    public Job cancel(Caller caller, JobId job) {
        return gate.change(
                caller,
                Role.OPERATOR,
                new Gate.Change("job.cancel", job.toString(), ""),
                () -> engine.cancel(job, caller.user()));
    }
}
