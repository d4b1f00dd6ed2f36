package io.holdfast.model;

import static io.holdfast.model.ProtectionPhase.CANCELLING_FAILOVER;
import static io.holdfast.model.ProtectionPhase.COMMITTED;
import static io.holdfast.model.ProtectionPhase.COMMITTING;
import static io.holdfast.model.ProtectionPhase.COMMIT_PENDING;
import static io.holdfast.model.ProtectionPhase.ENABLING;
import static io.holdfast.model.ProtectionPhase.FAILING_OVER;
import static io.holdfast.model.ProtectionPhase.FINALIZING;
import static io.holdfast.model.ProtectionPhase.INITIAL_REPLICATION;
import static io.holdfast.model.ProtectionPhase.MARKED_FOR_RESYNCHRONISATION;
import static io.holdfast.model.ProtectionPhase.PAUSED;
import static io.holdfast.model.ProtectionPhase.PROTECTED;
import static io.holdfast.model.ProtectionPhase.RESYNCHRONISING;
import static io.holdfast.model.ProtectionPhase.UNPROTECTED;
import static io.holdfast.model.ProtectionPhase.UNPROTECTING;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The protection life cycle: one pure function from a state and an event to the next state.
 *
 * <pre>
 * ENABLING → INITIAL_REPLICATION → FINALIZING → PROTECTED ⇄ MARKED_FOR_RESYNCHRONISATION → RESYNCHRONISING → PROTECTED
 *                                               PROTECTED ⇄ PAUSED
 * PROTECTED, MARKED…, RESYNCHRONISING, PAUSED → FAILING_OVER → COMMIT_PENDING → COMMITTING → COMMITTED
 *                                               FAILING_OVER, COMMIT_PENDING → CANCELLING_FAILOVER → MARKED…
 * any but those between FAILING_OVER and COMMITTING → UNPROTECTING → UNPROTECTED
 * </pre>
 *
 * <p>Beside it stand the test failover ({@link DrillPhase}) and two flags. Invariants: a phase with a replica in production is left only by
 * an operator's command; nothing but a commit or a cancel leads out of {@code COMMIT_PENDING}; flags and drill never change the phase.
 *
 * @since 1.0
 */
public final class LifeCycle {

    /** Phases with a source that is captured and a history with recovery points. */
    static final Set<ProtectionPhase> REPLICATING =
            EnumSet.of(PROTECTED, MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING, PAUSED);

    /** Phases in which the source has been fenced off. */
    static final Set<ProtectionPhase> FAILED_OVER = EnumSet.of(FAILING_OVER, COMMIT_PENDING, COMMITTING, COMMITTED);

    private LifeCycle() {}

    /**
     * Moves on.
     *
     * @param now the state
     * @param event what happened
     * @return the next state, which may equal {@code now}; nothing when the event is not possible in this state
     */
    public static Optional<Protection> next(Protection now, LifeCycleEvent event) {
        ProtectionPhase phase = now.phase();
        return switch (event) {
            case REPLICATION_STARTED -> from(now, EnumSet.of(ENABLING), INITIAL_REPLICATION);
            case COPY_COMPLETE ->
                phase == INITIAL_REPLICATION
                        ? Optional.of(now.withPhase(FINALIZING))
                        : from(now, EnumSet.of(MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING, PAUSED), PROTECTED);
            case FINALIZED -> from(now, EnumSet.of(FINALIZING), PROTECTED);
            case CAPTURE_BROKEN ->
                from(now, EnumSet.of(PROTECTED, RESYNCHRONISING, PAUSED), MARKED_FOR_RESYNCHRONISATION);
            case RESYNCHRONISATION_STARTED ->
                from(now, EnumSet.of(PROTECTED, MARKED_FOR_RESYNCHRONISATION, PAUSED), RESYNCHRONISING);
            case PAUSED -> from(now, EnumSet.of(PROTECTED, MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING), PAUSED);
            case FAILOVER_STARTED -> from(now, REPLICATING, FAILING_OVER);
            case REPLICA_BOOTED -> from(now, EnumSet.of(FAILING_OVER), COMMIT_PENDING);
            case CANCEL_STARTED -> from(now, EnumSet.of(FAILING_OVER, COMMIT_PENDING), CANCELLING_FAILOVER);
            case FAILOVER_CANCELLED ->
                from(now.withSourceReappeared(false), EnumSet.of(CANCELLING_FAILOVER), MARKED_FOR_RESYNCHRONISATION);
            case COMMIT_STARTED -> from(now, EnumSet.of(COMMIT_PENDING), COMMITTING);
            case COMMITTED -> from(now, EnumSet.of(COMMITTING), COMMITTED);
            case UNPROTECT_STARTED ->
                now.drill() == DrillPhase.NONE ? from(now, UNPROTECTABLE, UNPROTECTING) : Optional.empty();
            case UNPROTECTED -> from(now.withSourceReappeared(false), EnumSet.of(UNPROTECTING), UNPROTECTED);
            case DRILL_STARTED ->
                drillCanStart(phase) ? drill(now, DrillPhase.NONE, DrillPhase.STARTING) : Optional.empty();
            case DRILL_BOOTED -> drill(now, DrillPhase.STARTING, DrillPhase.RUNNING);
            case DRILL_CLEANUP_STARTED ->
                now.drill() == DrillPhase.STARTING
                        ? Optional.of(now.withDrill(DrillPhase.CLEANING_UP))
                        : drill(now, DrillPhase.RUNNING, DrillPhase.CLEANING_UP);
            case DRILL_ENDED -> drill(now, DrillPhase.CLEANING_UP, DrillPhase.NONE);
            case ERROR_MET -> Optional.of(now.withCritical(true));
            case ERROR_CLEARED -> Optional.of(now.withCritical(false));
            case SOURCE_REAPPEARED ->
                FAILED_OVER.contains(phase) ? Optional.of(now.withSourceReappeared(true)) : Optional.empty();
            case SOURCE_LEFT -> Optional.of(now.withSourceReappeared(false));
        };
    }

    private static final Set<ProtectionPhase> UNPROTECTABLE = EnumSet.complementOf(
            EnumSet.of(FAILING_OVER, COMMIT_PENDING, CANCELLING_FAILOVER, COMMITTING, UNPROTECTING));

    static boolean drillCanStart(ProtectionPhase phase) {
        return REPLICATING.contains(phase) || phase == UNPROTECTED;
    }

    static boolean canUnprotect(ProtectionPhase phase) {
        return UNPROTECTABLE.contains(phase);
    }

    private static Optional<Protection> from(Protection now, Set<ProtectionPhase> allowed, ProtectionPhase next) {
        return allowed.contains(now.phase()) ? Optional.of(now.withPhase(next)) : Optional.empty();
    }

    private static Optional<Protection> drill(Protection now, DrillPhase expected, DrillPhase next) {
        return now.drill() == expected ? Optional.of(now.withDrill(next)) : Optional.empty();
    }
}
