package io.holdfast.configserver;

/**
 * What becomes of a machine's history when its protection ends.
 *
 * @since 1.0
 */
public enum HistoryFate {
    /** It stays and can be booted in a test failover. */
    KEEP,
    /** It and its keys are destroyed; nothing can bring them back. */
    DESTROY
}
