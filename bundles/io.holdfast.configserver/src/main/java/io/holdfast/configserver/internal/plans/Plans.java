package io.holdfast.configserver.internal.plans;

import io.holdfast.configserver.internal.jobs.JobPlan;
import io.holdfast.configserver.internal.jobs.JobRequest;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/** The plan of every kind of job. */
public final class Plans {

    private final Map<JobKind, JobPlan> plans = new EnumMap<>(JobKind.class);

    /**
     * Draws up the plans.
     *
     * @param work what steps work with
     * @param children starts a job of an id for a step of another job, or finds it
     */
    public Plans(Workplace work, BiFunction<JobRequest, JobId, Job> children) {
        FailoverPlans failover = new FailoverPlans(work);
        DrillPlans drill = new DrillPlans(work);
        ProtectionPlans protection = new ProtectionPlans(work, children::apply);
        CarePlans care = new CarePlans(work);
        for (JobKind kind : JobKind.values()) {
            plans.put(
                    kind,
                    switch (kind) {
                        case PROTECT -> protection.protect();
                        case FINALIZE -> protection.finalizeProtection();
                        case PAUSE -> care.pause();
                        case RESUME -> care.resume();
                        case MARK -> care.mark();
                        case RESYNCHRONISE -> care.resynchronise();
                        case TEST_FAILOVER -> drill.testFailover();
                        case CLEAN_UP_TEST_FAILOVER -> drill.cleanUp();
                        case FAILOVER -> failover.failover();
                        case CANCEL_FAILOVER -> failover.cancel();
                        case COMMIT_FAILOVER -> failover.commit();
                        case UNPROTECT -> protection.unprotect();
                    });
        }
    }

    /**
     * Finds a plan.
     *
     * @param kind of job
     * @return its plan
     */
    public JobPlan of(JobKind kind) {
        return Objects.requireNonNull(plans.get(kind));
    }
}
