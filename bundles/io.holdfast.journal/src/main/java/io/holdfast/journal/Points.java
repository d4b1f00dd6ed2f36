package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import java.util.List;
import java.util.Optional;

/**
 * The recovery points of a machine, as durable at the moment of each call. All times are the source's clock, a label that may step between
 * epochs; where a time fits several sequences the newest is meant. Thread-safe.
 *
 * @since 1.0
 */
public interface Points {

    /** The most entries that one call returns. */
    int COUNT_MAX = 10_000;

    /**
     * Lists the stretches in which every sequence is a recovery point, on every branch.
     *
     * @param fromUtcMillis start of the window, inclusive
     * @param toUtcMillis end of the window, inclusive
     * @param countMax the most entries, 1 to {@link #COUNT_MAX}; the newest are returned
     * @return oldest first
     */
    List<PointInterval> intervals(long fromUtcMillis, long toUtcMillis, int countMax);

    /**
     * Lists points that differ in sequence, one for each proof that arrived, on every branch. To page through a long window, ask again up
     * to the time of the oldest one returned.
     *
     * @param fromUtcMillis start of the window, inclusive
     * @param toUtcMillis end of the window, inclusive
     * @param countMax the most entries, 1 to {@link #COUNT_MAX}; the newest are returned
     * @return oldest first
     */
    List<RecoveryPoint> list(long fromUtcMillis, long toUtcMillis, int countMax);

    /**
     * Lists the points that somebody gave a name and that are proven, on every branch.
     *
     * @param fromUtcMillis start of the window, inclusive
     * @param toUtcMillis end of the window, inclusive
     * @param countMax the most entries, 1 to {@link #COUNT_MAX}; the newest are returned
     * @return oldest first
     */
    List<RecoveryPoint> markers(long fromUtcMillis, long toUtcMillis, int countMax);

    /**
     * Finds the newest proven point of the current branch.
     *
     * @return the point, or nothing when there is none yet
     */
    Optional<RecoveryPoint> latestProven();

    /**
     * Finds the newest durable state of the current branch, proven or not. It can be booted, and is never listed.
     *
     * @return the state; nothing when the history has no sequence yet
     */
    Optional<RecoveryPoint> latest();

    /**
     * Finds the newest proven point of the current branch at a source time or before.
     *
     * @param utcMillis the source's clock
     * @return the point
     * @throws HoldfastException with {@link ErrorCode#POINT_OLDER_THAN_HISTORY} when the history starts later, with
     *     {@link ErrorCode#POINT_NOT_FOUND} when there is no proven point at all
     */
    RecoveryPoint atOrBefore(long utcMillis);

    /**
     * Describes one sequence.
     *
     * @param sequence any durable sequence, of any branch; a sequence is never given twice
     * @return the point, proven or not
     * @throws HoldfastException with {@link ErrorCode#POINT_NOT_FOUND} when the sequence is not durable, with
     *     {@link ErrorCode#POINT_OLDER_THAN_HISTORY} when it has been retired
     */
    RecoveryPoint at(long sequence);

    /**
     * Describes one position.
     *
     * @param position epoch and sequence
     * @return the point, proven or not
     * @throws HoldfastException as for {@link #at(long)}, and with {@link ErrorCode#POINT_NOT_FOUND} when the sequence belongs to another
     *     epoch
     */
    RecoveryPoint at(Position position);
}
