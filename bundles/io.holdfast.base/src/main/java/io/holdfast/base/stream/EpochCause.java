package io.holdfast.base.stream;

/**
 * Why a new epoch was opened.
 *
 * @since 1.0
 */
public enum EpochCause {
    START,
    RESUME,
    GAP,
    TAKEOVER,
    FAILOVER,
    FAILBACK,
    FORCE
}
