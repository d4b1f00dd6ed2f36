package io.holdfast.configserver.internal.jobs;

import io.holdfast.model.JobKind;
import io.holdfast.model.JobStep;
import java.util.List;

/**
 * The steps of one kind of job. Names and order of the steps are kept in the catalog with each job: a later version may add a plan but not
 * change one under jobs that have not ended.
 *
 * @param kind of the jobs
 * @param steps in order, at least one
 */
public record JobPlan(JobKind kind, List<Step> steps) {

    public JobPlan {
        steps = List.copyOf(steps);
    }

    List<JobStep> fresh() {
        return steps.stream()
                .map(step -> JobStep.waiting(step.name(), step.title()))
                .toList();
    }

    /**
     * Finds where a job cannot be dropped any more.
     *
     * @return index of the first step that is for good; the number of steps when none is
     */
    int firstForGood() {
        for (int index = 0; index < steps.size(); index++) {
            if (steps.get(index).forGood()) {
                return index;
            }
        }
        return steps.size();
    }
}
