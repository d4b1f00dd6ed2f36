package io.holdfast.model;

/**
 * Where the test failover of a machine stands, beside its protection.
 *
 * @since 1.0
 */
public enum DrillPhase {
    NONE,
    STARTING,
    RUNNING,
    CLEANING_UP
}
