package io.holdfast.model;

/**
 * What an operator can ask of a machine that is known already.
 *
 * @since 1.0
 */
public enum Operation {
    PAUSE,
    RESUME,
    MARK,
    RESYNCHRONISE,
    TEST_FAILOVER,
    CLEAN_UP_TEST_FAILOVER,
    FAILOVER,
    CANCEL_FAILOVER,
    COMMIT_FAILOVER,
    UNPROTECT
}
