package io.holdfast.model;

/**
 * Where the protection of a machine stands (M-148).
 *
 * @since 1.0
 */
public enum ProtectionPhase {
    /** Prerequisites are checked, history and key are made, the agent is told. */
    ENABLING,
    /** The first full copy runs; there is no recovery point yet. */
    INITIAL_REPLICATION,
    /** The copy is complete and proven; the last settings are made. */
    FINALIZING,
    /** New recovery points are made all the time. */
    PROTECTED,
    /** The capture broke; no new points until a resynchronisation. Older points stay good. */
    MARKED_FOR_RESYNCHRONISATION,
    /** Differences are sent; no new points until the end. Older points stay good. */
    RESYNCHRONISING,
    /** Stood aside by command; the source keeps a bitmap of what changes. */
    PAUSED,
    /** The stream is fenced and the replica is being made. */
    FAILING_OVER,
    /** The replica runs in production; the failover can still be cancelled (M-122). */
    COMMIT_PENDING,
    /** The replica is thrown away and the source is to be taken up again. */
    CANCELLING_FAILOVER,
    /** The failover stands; the replica runs in production while it is made independent of the recovery store. */
    COMMITTING,
    /** The replica is production and needs nothing of ours any more. */
    COMMITTED,
    /** The agent lets go and, if so asked, the history is destroyed. */
    UNPROTECTING,
    /** No longer protected; the history was kept. */
    UNPROTECTED
}
