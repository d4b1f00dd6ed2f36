package io.holdfast.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which operations are legal in which state of a machine, and why the others are not.
 *
 * @since 1.0
 */
public final class NextSteps {

    private NextSteps() {}

    /**
     * Lists every operation, in the order of {@link Operation}.
     *
     * @param now the state
     * @param active kinds of the jobs of the machine that have not ended
     * @return one entry for each operation
     */
    public static List<NextStep> of(Protection now, Set<JobKind> active) {
        return Arrays.stream(Operation.values())
                .map(operation -> {
                    Optional<String> objection = objection(now, operation, active);
                    return new NextStep(operation, objection.isEmpty(), objection.orElse(""));
                })
                .toList();
    }

    /**
     * Tells why an operation is not legal.
     *
     * @param now the state
     * @param operation what is asked for
     * @param active kinds of the jobs of the machine that have not ended
     * @return a sentence for people, or nothing when it is legal
     */
    public static Optional<String> objection(Protection now, Operation operation, Set<JobKind> active) {
        Optional<String> byPhase = byPhase(now, operation);
        if (byPhase.isPresent()) {
            return byPhase;
        }
        JobKind wanted = JobKind.of(operation);
        return active.stream()
                .sorted()
                .filter(running -> wanted.excludes(running) && !wanted.supersedes(running))
                .findFirst()
                .map(running -> "The job '" + running.title() + "' has not ended.");
    }

    private static Optional<String> byPhase(Protection now, Operation operation) {
        ProtectionPhase phase = now.phase();
        return switch (operation) {
            case PAUSE ->
                phase == ProtectionPhase.PAUSED
                        ? Optional.of("Protection is paused already.")
                        : unless(LifeCycle.REPLICATING.contains(phase), phase);
            case RESUME ->
                phase == ProtectionPhase.PAUSED ? Optional.empty() : Optional.of("Protection is not paused.");
            case MARK -> phase == ProtectionPhase.PROTECTED ? Optional.empty() : Optional.of(noNewPoints(phase));
            case RESYNCHRONISE -> unless(LifeCycle.REPLICATING.contains(phase), phase);
            case TEST_FAILOVER ->
                now.drill() != DrillPhase.NONE
                        ? Optional.of("A test failover is there already; clean it up first.")
                        : unless(LifeCycle.drillCanStart(phase), phase);
            case CLEAN_UP_TEST_FAILOVER ->
                now.drill() == DrillPhase.NONE ? Optional.of("There is no test failover.") : Optional.empty();
            case FAILOVER -> unless(LifeCycle.REPLICATING.contains(phase), phase);
            case CANCEL_FAILOVER -> cancel(now);
            case COMMIT_FAILOVER ->
                phase == ProtectionPhase.COMMIT_PENDING
                        ? Optional.empty()
                        : Optional.of("No failover waits for a commit.");
            case UNPROTECT ->
                now.drill() != DrillPhase.NONE
                        ? Optional.of("A test failover uses the history; clean it up first.")
                        : unless(LifeCycle.canUnprotect(phase), phase);
        };
    }

    private static Optional<String> cancel(Protection now) {
        return switch (now.phase()) {
            case COMMIT_PENDING, FAILING_OVER -> Optional.empty();
            case COMMITTING, COMMITTED -> Optional.of("The failover was committed.");
            case ENABLING,
                    INITIAL_REPLICATION,
                    FINALIZING,
                    PROTECTED,
                    MARKED_FOR_RESYNCHRONISATION,
                    RESYNCHRONISING,
                    PAUSED,
                    CANCELLING_FAILOVER,
                    UNPROTECTING,
                    UNPROTECTED -> Optional.of("No failover is there to cancel.");
        };
    }

    private static Optional<String> unless(boolean legal, ProtectionPhase phase) {
        return legal ? Optional.empty() : Optional.of(situation(phase));
    }

    private static String noNewPoints(ProtectionPhase phase) {
        return switch (phase) {
            case MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING ->
                "No new recovery points are made until the resynchronisation has ended.";
            case PAUSED -> "No new recovery points are made while protection is paused.";
            case ENABLING,
                    INITIAL_REPLICATION,
                    FINALIZING,
                    PROTECTED,
                    FAILING_OVER,
                    COMMIT_PENDING,
                    CANCELLING_FAILOVER,
                    COMMITTING,
                    COMMITTED,
                    UNPROTECTING,
                    UNPROTECTED -> situation(phase);
        };
    }

    private static String situation(ProtectionPhase phase) {
        return switch (phase) {
            case ENABLING -> "Protection is being enabled.";
            case INITIAL_REPLICATION -> "The initial replication has not ended; there is no recovery point yet.";
            case FINALIZING -> "Protection is being finalized.";
            case PROTECTED -> "The machine is protected.";
            case MARKED_FOR_RESYNCHRONISATION -> "The machine is marked for resynchronisation.";
            case RESYNCHRONISING -> "The machine is being resynchronised.";
            case PAUSED -> "Protection is paused.";
            case FAILING_OVER -> "A failover is under way.";
            case COMMIT_PENDING -> "The machine was failed over; commit or cancel that failover first.";
            case CANCELLING_FAILOVER -> "A failover is being cancelled.";
            case COMMITTING -> "The failover was committed and its replica is being made permanent.";
            case COMMITTED -> "The machine was failed over and committed.";
            case UNPROTECTING -> "Protection is being disabled.";
            case UNPROTECTED -> "The machine is no longer protected.";
        };
    }
}
