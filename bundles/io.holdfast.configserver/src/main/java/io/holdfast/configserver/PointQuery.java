package io.holdfast.configserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * Which recovery points to list.
 *
 * @param fromMillis no point before this moment of the source's clock
 * @param toMillis no point after this moment of the source's clock; at least {@code fromMillis}
 * @param limit how many at most, 1 to {@link MachineControl#POINTS_MAX}
 * @param markersOnly only points somebody gave a name
 * @since 1.0
 */
public record PointQuery(long fromMillis, long toMillis, int limit, boolean markersOnly) {

    /**
     * All of the history.
     *
     * @param limit how many at most
     * @return the query
     */
    public static PointQuery all(int limit) {
        return new PointQuery(0, Long.MAX_VALUE, limit, false);
    }

    public PointQuery {
        if (limit < 1 || limit > MachineControl.POINTS_MAX || toMillis < fromMillis) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "point query",
                    "limit " + limit + ", from " + fromMillis + " to " + toMillis + "; expected a limit of 1 to "
                            + MachineControl.POINTS_MAX + " and a window that does not end before it begins");
        }
    }
}
