package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * What becomes of old history where the store may use the machine's keys: blocks are coded anew with XZ, without the bytes that no kept point needs.
 * They take less room, and reading them takes longer. A segment is coded when the forecast of its processor time fits what is left of the day's
 * window, so a window that is too short for what comes each day leaves history as it is.
 *
 * @param ageMillis from what age on history is cold; 0 to {@link RetentionPolicy#FOREVER_MILLIS}
 * @param minutesADay how much processor time may be spent on it each day of the history's clock, in minutes, 0 to {@link #MINUTES_A_DAY_MAX}; with 0
 *     nothing is coded
 * @since 1.0
 */
public record ColdTier(long ageMillis, int minutesADay) {

    /** All of one processor. */
    public static final int MINUTES_A_DAY_MAX = 1_440;

    /** History stays as it was taken in. */
    public static final ColdTier NONE = new ColdTier(0, 0);

    public ColdTier {
        if (ageMillis < 0 || ageMillis > RetentionPolicy.FOREVER_MILLIS) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "cold ageMillis",
                    ageMillis + "; expected 0 to " + RetentionPolicy.FOREVER_MILLIS);
        }
        if (minutesADay < 0 || minutesADay > MINUTES_A_DAY_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "cold minutesADay",
                    minutesADay + "; expected 0 to " + MINUTES_A_DAY_MAX);
        }
    }
}
