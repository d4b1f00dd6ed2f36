package io.holdfast.configserver.internal.jobs;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.model.Evidence;
import io.holdfast.model.Job;
import io.holdfast.model.JobStep;
import java.util.List;
import java.util.Optional;

/**
 * What a step sees of its job.
 *
 * @param job as last committed
 * @param step name of the step
 * @param waitedMillis since this attempt at the step began, or since the start of the appliance, by the monotonic clock
 * @param first whether this is the first run of that attempt
 */
public record StepContext(Job job, String step, long waitedMillis, boolean first) {

    /**
     * For which machine.
     *
     * @return its id
     */
    public MachineId machine() {
        return job.machine();
    }

    /**
     * What was asked.
     *
     * @param name of an argument that the plan requires
     * @return its value
     */
    public String argument(String name) {
        String value = job.arguments().get(name);
        if (value == null) {
            throw new HoldfastException(ErrorCode.INTERNAL, "job " + job.id(), "has no argument '" + name + "'");
        }
        return value;
    }

    /**
     * What an earlier step has found.
     *
     * @param name of its evidence
     * @return the value of the first evidence of that name
     */
    public Optional<String> evidence(String name) {
        return job.steps().stream()
                .map(JobStep::evidence)
                .flatMap(List::stream)
                .filter(evidence -> evidence.name().equals(name))
                .map(Evidence::value)
                .findFirst();
    }

    /**
     * What an earlier step must have found.
     *
     * @param name of its evidence
     * @return the value
     */
    public String requireEvidence(String name) {
        return evidence(name)
                .orElseThrow(() ->
                        new HoldfastException(ErrorCode.INTERNAL, "job " + job.id(), "has no evidence '" + name + "'"));
    }
}
