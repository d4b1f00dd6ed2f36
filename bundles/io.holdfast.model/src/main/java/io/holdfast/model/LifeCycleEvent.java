package io.holdfast.model;

/**
 * What moves a protection from one phase to another.
 *
 * @since 1.0
 */
public enum LifeCycleEvent {
    /** History and key exist and the agent was told to begin. */
    REPLICATION_STARTED,
    /** Every disk's content is complete and proven. */
    COPY_COMPLETE,
    /** The last settings are made. */
    FINALIZED,
    /** Writes may be missing from the stream. */
    CAPTURE_BROKEN,
    /** Differences are being sent. */
    RESYNCHRONISATION_STARTED,
    /** The agent stands aside by command. */
    PAUSED,
    /** All checks of a failover passed; the stream is about to be fenced. */
    FAILOVER_STARTED,
    /** The replica of a failover has booted. */
    REPLICA_BOOTED,
    /** The replica of a failover is about to be thrown away. */
    CANCEL_STARTED,
    /** The replica is gone and the old branch of the history is open again. */
    FAILOVER_CANCELLED,
    /** The failover stands. */
    COMMIT_STARTED,
    /** The replica holds all its data itself. */
    COMMITTED,
    /** The agent is about to let go. */
    UNPROTECT_STARTED,
    /** The agent let go; the history was kept. */
    UNPROTECTED,
    /** The replica of a test failover is about to be made. */
    DRILL_STARTED,
    /** The replica of a test failover has booted. */
    DRILL_BOOTED,
    /** The replica of a test failover is about to be thrown away. */
    DRILL_CLEANUP_STARTED,
    /** Nothing is left of the test failover. */
    DRILL_ENDED,
    /** A non-recoverable error was met. */
    ERROR_MET,
    /** What had failed succeeded. */
    ERROR_CLEARED,
    /** The source answers although the machine was failed over. */
    SOURCE_REAPPEARED,
    /** The source that had appeared again no longer answers. */
    SOURCE_LEFT
}
