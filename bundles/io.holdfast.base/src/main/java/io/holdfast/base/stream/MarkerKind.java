package io.holdfast.base.stream;

/**
 * What a marked point is consistent with.
 *
 * @since 1.0
 */
public enum MarkerKind {
    CRASH_CONSISTENT,
    APPLICATION_CONSISTENT,
    /** One cut across the machines of a replication group. */
    GROUP
}
