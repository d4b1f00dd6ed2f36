package io.holdfast.journal;

/**
 * A stretch of sequences of one epoch, and whether the disks can be brought back as they were at each of them.
 *
 * @param epoch that gave them
 * @param first the first sequence
 * @param last the last sequence, inclusive
 * @param state whether they can be brought back
 * @since 1.0
 */
public record PointStretch(long epoch, long first, long last, State state) {

    /** Whether images can be brought back. */
    public enum State {
        /** Every byte. */
        WHOLE,
        /** Every byte but the ranges that are listed as lost. */
        PARTIAL,
        /** Blocks are missing of which nobody knows what they wrote. */
        UNREADABLE
    }
}
