package io.holdfast.journal;

/**
 * What became of an offered batch.
 *
 * @since 1.0
 */
public enum AppendResult {
    /** Taken; durable when a {@link RecoveryStore#commit} that starts later has returned. */
    ACCEPTED,
    /** The same batch was taken before and waits for the next commit. */
    PENDING,
    /** The same batch is durable already. */
    DURABLE
}
