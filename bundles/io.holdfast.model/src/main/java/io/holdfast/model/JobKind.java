package io.holdfast.model;

/**
 * What a job does, with the name people see (M-146).
 *
 * @since 1.0
 */
public enum JobKind {
    PROTECT("Enable protection", Lane.PROTECTION),
    FINALIZE("Finalize protection on the virtual machine", Lane.FINALIZING),
    PAUSE("Pause protection", Lane.PROTECTION),
    RESUME("Resume protection", Lane.PROTECTION),
    MARK("Mark a recovery point", Lane.PROTECTION),
    RESYNCHRONISE("Resynchronise", Lane.PROTECTION),
    TEST_FAILOVER("Test failover", Lane.DRILL),
    CLEAN_UP_TEST_FAILOVER("Clean up test failover", Lane.DRILL),
    FAILOVER("Failover", Lane.PROTECTION),
    CANCEL_FAILOVER("Cancel failover", Lane.PROTECTION),
    COMMIT_FAILOVER("Commit failover", Lane.PROTECTION),
    UNPROTECT("Disable protection", Lane.PROTECTION);

    /** In one lane of a machine at most one job runs at a time. */
    public enum Lane {
        PROTECTION,
        FINALIZING,
        DRILL
    }

    private final String title;
    private final Lane lane;

    JobKind(String title, Lane lane) {
        this.title = title;
        this.lane = lane;
    }

    /**
     * The job that carries out an operation.
     *
     * @param operation what an operator asks
     * @return the kind of its job
     */
    public static JobKind of(Operation operation) {
        return switch (operation) {
            case PAUSE -> PAUSE;
            case RESUME -> RESUME;
            case MARK -> MARK;
            case RESYNCHRONISE -> RESYNCHRONISE;
            case TEST_FAILOVER -> TEST_FAILOVER;
            case CLEAN_UP_TEST_FAILOVER -> CLEAN_UP_TEST_FAILOVER;
            case FAILOVER -> FAILOVER;
            case CANCEL_FAILOVER -> CANCEL_FAILOVER;
            case COMMIT_FAILOVER -> COMMIT_FAILOVER;
            case UNPROTECT -> UNPROTECT;
        };
    }

    /**
     * What people call it.
     *
     * @return a short title
     */
    public String title() {
        return title;
    }

    /**
     * Which jobs it excludes.
     *
     * @return its lane
     */
    public Lane lane() {
        return lane;
    }

    /**
     * Tells whether this job and another may not be under way at the same time: those of one lane, and ending protection beside a test
     * failover, whose history it may destroy.
     *
     * @param other kind of the other job
     * @return whether only one of them may be under way
     */
    public boolean excludes(JobKind other) {
        return lane == other.lane
                || this == UNPROTECT && other.lane == Lane.DRILL
                || other == UNPROTECT && lane == Lane.DRILL;
    }

    /**
     * Tells whether starting this job ends another that has not ended: what a person asks in need is not held up by what only maintains.
     *
     * @param running kind of a job that has not ended
     * @return whether that job is cancelled for this one
     */
    public boolean supersedes(JobKind running) {
        return switch (this) {
            case FAILOVER -> running == RESYNCHRONISE || running == PAUSE || running == RESUME || running == MARK;
            case CANCEL_FAILOVER -> running == FAILOVER;
            case CLEAN_UP_TEST_FAILOVER -> running == TEST_FAILOVER;
            case UNPROTECT ->
                running == PROTECT
                        || running == RESYNCHRONISE
                        || running == PAUSE
                        || running == RESUME
                        || running == MARK;
            case PAUSE, RESYNCHRONISE -> running == MARK;
            case PROTECT, FINALIZE, RESUME, MARK, TEST_FAILOVER, COMMIT_FAILOVER -> false;
        };
    }
}
