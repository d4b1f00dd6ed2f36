package io.holdfast.configserver.internal.jobs;

/**
 * One step of a plan.
 *
 * @param name stable, for programs and for the catalog
 * @param title for people
 * @param forGood once begun, the job can no longer just be dropped: another operation has to undo it
 * @param action what it does
 */
public record Step(String name, String title, boolean forGood, Action action) {

    /** What a step does. Run again after a crash, a wait or an error, it goes on from what is there. */
    public interface Action {

        /**
         * Does as much as can be done now. Blocks for a minute at most.
         *
         * @param context the job and what its earlier steps found
         * @return done, or what is waited for
         * @throws io.holdfast.base.HoldfastException what hinders it; its class decides whether it is tried again
         */
        StepResult run(StepContext context);
    }

    /**
     * A step after which the job can still be dropped.
     *
     * @param name for programs
     * @param title for people
     * @param action what it does
     * @return the step
     */
    public static Step of(String name, String title, Action action) {
        return new Step(name, title, false, action);
    }

    /**
     * A step that changes something another operation has to undo.
     *
     * @param name for programs
     * @param title for people
     * @param action what it does
     * @return the step
     */
    public static Step forGood(String name, String title, Action action) {
        return new Step(name, title, true, action);
    }
}
