package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.model.Job;
import org.jspecify.annotations.Nullable;

/**
 * Something changed.
 *
 * @since 1.0
 */
public sealed interface ControlEvent {

    /**
     * A machine is new or another than before. Figures alone are told at most once a second for each machine.
     *
     * @param machine as it stands now
     */
    record MachineChanged(MachineView machine) implements ControlEvent {}

    /**
     * A machine is no longer known.
     *
     * @param machine which
     */
    record MachineRemoved(MachineId machine) implements ControlEvent {}

    /**
     * A job is new or another than before.
     *
     * @param job as it stands now
     */
    record JobChanged(Job job) implements ControlEvent {}

    /**
     * An agent is new, heard of again, or lost.
     *
     * @param agent as it stands now
     */
    record AgentChanged(AgentView agent) implements ControlEvent {}

    /**
     * The recovery store is nearer to being full than before, or further from it.
     *
     * @param alarm how near
     * @param freeBytes what can still be written to its medium, the reserve included
     * @param fullInMillis when no new points will be taken in, 0 when none are; null when it is not foreseen
     */
    record StoreAlarm(
            SpaceAlarm alarm, long freeBytes, @Nullable Long fullInMillis) implements ControlEvent {}

    /** Events were thrown away: read everything anew. */
    record Lost() implements ControlEvent {}
}
