package io.holdfast.configserver.internal.jobs;

import io.holdfast.base.MachineId;
import io.holdfast.model.JobKind;
import java.util.Map;

/**
 * A job that somebody wants.
 *
 * @param kind what it does
 * @param machine for which machine
 * @param arguments what is asked, by name
 * @param startedBy the user who asks
 */
public record JobRequest(JobKind kind, MachineId machine, Map<String, String> arguments, String startedBy) {

    public JobRequest {
        arguments = Map.copyOf(arguments);
    }
}
