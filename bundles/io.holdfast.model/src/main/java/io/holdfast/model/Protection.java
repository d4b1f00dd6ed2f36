package io.holdfast.model;

/**
 * The state of one machine's life cycle. Changed only by {@link LifeCycle}.
 *
 * @param phase where the protection stands
 * @param drill where the test failover stands
 * @param critical a non-recoverable error waits for a person (M-101); cleared by the next success
 * @param sourceReappeared the source answers although the machine was failed over; reported, never touched
 * @since 1.0
 */
public record Protection(ProtectionPhase phase, DrillPhase drill, boolean critical, boolean sourceReappeared) {

    /** Where every protection starts. */
    public static final Protection START = new Protection(ProtectionPhase.ENABLING, DrillPhase.NONE, false, false);

    /**
     * Tells where the machine runs in production.
     *
     * @return secondary from the moment the replica has booted in a failover until that is cancelled
     */
    public ActiveLocation activeLocation() {
        return switch (phase) {
            case COMMIT_PENDING, COMMITTING, COMMITTED -> ActiveLocation.SECONDARY;
            case ENABLING,
                    INITIAL_REPLICATION,
                    FINALIZING,
                    PROTECTED,
                    MARKED_FOR_RESYNCHRONISATION,
                    RESYNCHRONISING,
                    PAUSED,
                    FAILING_OVER,
                    CANCELLING_FAILOVER,
                    UNPROTECTING,
                    UNPROTECTED -> ActiveLocation.PRIMARY;
        };
    }

    Protection withPhase(ProtectionPhase next) {
        return new Protection(next, drill, critical, sourceReappeared);
    }

    Protection withDrill(DrillPhase next) {
        return new Protection(phase, next, critical, sourceReappeared);
    }

    Protection withCritical(boolean next) {
        return new Protection(phase, drill, next, sourceReappeared);
    }

    Protection withSourceReappeared(boolean next) {
        return new Protection(phase, drill, critical, next);
    }
}
