package io.holdfast.base.stream;

/**
 * Why writes may be missing from the stream after the last proven sequence.
 *
 * @since 1.0
 */
public enum GapCause {
    /** A disk's capture broke: its mirror failed, was cancelled or was cut by the guard. */
    CAPTURE_BROKEN,
    /** Our own process ended and started again. */
    CAPTURE_RESTARTED,
    /** The source, its host or its hypervisor process ended uncleanly. */
    SOURCE_CRASHED,
    /** The change log reached its bound (M-094). */
    LOG_FULL,
    /** An operator, or an operation of the hypervisor, asked the capture to stand aside. */
    PAUSED,
    /** A disk was added, removed, resized or got another active node. */
    DISKS_CHANGED,
    /** The store lost its newest part and has to be fed again. */
    STORE_SET_BACK
}
