package io.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a job. Doing it twice leaves what doing it once leaves.
 *
 * @param name stable, for programs; letters and hyphens
 * @param title for people
 * @param state where it stands
 * @param progress how far it is, or null where there is no measure
 * @param evidence what was found and done, in order
 * @param startedMillis when it was first begun, by the appliance's clock, or null
 * @param endedMillis when it was done, by the appliance's clock, or null
 * @since 1.0
 */
public record JobStep(
        String name,
        String title,
        State state,
        @Nullable Progress progress,
        List<Evidence> evidence,
        @Nullable Long startedMillis,
        @Nullable Long endedMillis) {

    /** Where a step stands. */
    public enum State {
        WAITING,
        RUNNING,
        DONE,
        FAILED
    }

    /** Copies lists and maps. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public JobStep(
            String name,
            String title,
            State state,
            @Nullable Progress progress,
            List<Evidence> evidence,
            @Nullable Long startedMillis,
            @Nullable Long endedMillis) {
        this.name = name;
        this.title = title;
        this.state = state;
        this.progress = progress;
        this.evidence = List.copyOf(evidence);
        this.startedMillis = startedMillis;
        this.endedMillis = endedMillis;
    }

    /**
     * A step that was not begun.
     *
     * @param name for programs
     * @param title for people
     * @return the step
     */
    public static JobStep waiting(String name, String title) {
        return new JobStep(name, title, State.WAITING, null, List.of(), null, null);
    }
}
