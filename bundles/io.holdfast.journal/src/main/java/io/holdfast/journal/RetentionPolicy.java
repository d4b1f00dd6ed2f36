package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * What a machine's history keeps. Ages count from when the store received a record, on the history's own clock, which only runs while the
 * store does and does not follow a clock that is set forward; hours, days, weeks (from Monday) and years are those of the source's clock in
 * UTC. Behind the full-density window the first point of each hour, day, week and year is kept for as long as the count says; so are pins, and
 * the newest point whatever its age.
 *
 * @param fullDensityMillis how long every point is kept; 0 to {@link #FOREVER_MILLIS}, at least {@code lockMillis}
 * @param hourly for how many hours the first point of each hour is kept, 0 to {@link #COUNT_MAX}
 * @param daily for how many days the first point of each day is kept, 0 to {@link #COUNT_MAX}
 * @param weekly for how many weeks the first point of each week is kept, 0 to {@link #COUNT_MAX}
 * @param yearly for how many years of 366 days the first point of each year is kept, 0 to 100
 * @param markersMillis how long every proven marker is kept; 0 to {@link #FOREVER_MILLIS}
 * @param lockMillis history younger than this cannot be shortened, unpinned or destroyed by anybody; 0 for no lock, at most
 *     {@link #LOCK_MILLIS_MAX}
 * @param cold what becomes of old history
 * @since 1.0
 */
public record RetentionPolicy(
        long fullDensityMillis,
        int hourly,
        int daily,
        int weekly,
        int yearly,
        long markersMillis,
        long lockMillis,
        ColdTier cold) {

    /** An hour. */
    public static final long HOUR_MILLIS = 3_600_000L;

    /** A day. */
    public static final long DAY_MILLIS = 24 * HOUR_MILLIS;

    /** A hundred years: never retired. */
    public static final long FOREVER_MILLIS = 36_525 * DAY_MILLIS;

    /** The longest lock, ten years: it cannot be shortened once it is set. */
    public static final long LOCK_MILLIS_MAX = 3_653 * DAY_MILLIS;

    /** The most hours, days or weeks of the schedule. */
    public static final int COUNT_MAX = 10_000;

    /** What holds until a policy is set: every point is kept. */
    public static final RetentionPolicy EVERYTHING = new RetentionPolicy(FOREVER_MILLIS, 0, 0, 0, 0, FOREVER_MILLIS, 0);

    private static final int YEARS_MAX = 100;

    public RetentionPolicy {
        require("fullDensityMillis", fullDensityMillis, FOREVER_MILLIS);
        require("hourly", hourly, COUNT_MAX);
        require("daily", daily, COUNT_MAX);
        require("weekly", weekly, COUNT_MAX);
        require("yearly", yearly, YEARS_MAX);
        require("markersMillis", markersMillis, FOREVER_MILLIS);
        require("lockMillis", lockMillis, LOCK_MILLIS_MAX);
        if (fullDensityMillis < lockMillis) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "fullDensityMillis",
                    fullDensityMillis + "; expected at least the " + lockMillis + " ms of the lock");
        }
    }

    /**
     * A policy without a cold tier.
     *
     * @param fullDensityMillis as above
     * @param hourly as above
     * @param daily as above
     * @param weekly as above
     * @param yearly as above
     * @param markersMillis as above
     * @param lockMillis as above
     */
    public RetentionPolicy(
            long fullDensityMillis,
            int hourly,
            int daily,
            int weekly,
            int yearly,
            long markersMillis,
            long lockMillis) {
        this(fullDensityMillis, hourly, daily, weekly, yearly, markersMillis, lockMillis, ColdTier.NONE);
    }

    /**
     * The same policy with another cold tier.
     *
     * @param tier as above
     * @return the policy
     */
    public RetentionPolicy withCold(ColdTier tier) {
        return new RetentionPolicy(fullDensityMillis, hourly, daily, weekly, yearly, markersMillis, lockMillis, tier);
    }

    private static void require(String name, long value, long most) {
        if (value < 0 || value > most) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, name, value + "; expected 0 to " + most);
        }
    }
}
