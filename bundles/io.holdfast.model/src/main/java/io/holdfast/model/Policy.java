package io.holdfast.model;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * What the owner of a machine asks of its protection.
 *
 * @param rpoGoalMillis how old the newest recovery point may get; 500 to 3,600,000
 * @param stallLimitMillis after how long a waiting guest write cuts the capture; 50 to 30,000
 * @param writeBoundMillis the hard bound for one guest write; above the stall limit, at most 60,000
 * @param logBytesMax the most the change log of one disk may hold; 1 MiB to 1 TiB, or 0 for the default of the agent
 * @since 1.0
 */
public record Policy(int rpoGoalMillis, int stallLimitMillis, int writeBoundMillis, long logBytesMax) {

    /** What applies when nothing is said: points each second, 500 ms stall limit, 5 s bound, log bound by the agent. */
    public static final Policy DEFAULT = new Policy(4_000, 500, 5_000, 0);

    private static final long LOG_BYTES_LEAST = 1L << 20;
    private static final long LOG_BYTES_MOST = 1L << 40;

    public Policy {
        requireRange("rpoGoalMillis", rpoGoalMillis, 500, 3_600_000);
        requireRange("stallLimitMillis", stallLimitMillis, 50, 30_000);
        requireRange("writeBoundMillis", writeBoundMillis, stallLimitMillis + 1L, 60_000);
        if (logBytesMax != 0) {
            requireRange("logBytesMax", logBytesMax, LOG_BYTES_LEAST, LOG_BYTES_MOST);
        }
    }

    private static void requireRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "policy " + name, value + " given; expected " + least + " to " + most);
        }
    }
}
