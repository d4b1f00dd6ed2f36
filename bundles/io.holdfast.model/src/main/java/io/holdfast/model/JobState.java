package io.holdfast.model;

/**
 * Where a job stands.
 *
 * @since 1.0
 */
public enum JobState {
    /** Steps are being done, or waited for. */
    RUNNING,
    /** A recoverable error was met; the step is tried again at a set time (M-103). */
    RETRYING,
    SUCCEEDED,
    /** A non-recoverable error or a refusal ended it. */
    FAILED,
    /** Another job took its place, or an operator ended it. */
    CANCELLED;

    /**
     * Tells whether it can still change.
     *
     * @return true for {@code SUCCEEDED}, {@code FAILED} and {@code CANCELLED}
     */
    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
}
