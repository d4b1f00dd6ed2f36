package io.holdfast.base;

import java.time.Duration;
import java.util.List;

/**
 * When a recoverable error is tried again: after 1, 2, 4, 8 and 10 minutes, then every 30 (M-103).
 *
 * @since 1.0
 */
public final class RetrySchedule {

    private static final List<Duration> FIRST = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(4),
            Duration.ofMinutes(8),
            Duration.ofMinutes(10));
    private static final Duration THEN = Duration.ofMinutes(30);

    private RetrySchedule() {}

    /**
     * Tells how long to wait after a failed attempt.
     *
     * @param failedAttempts how many attempts have failed so far, at least 1
     * @return the pause before the next attempt
     */
    public static Duration pauseAfter(int failedAttempts) {
        if (failedAttempts < 1) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "failed attempts", failedAttempts + " given; expected at least 1");
        }
        return failedAttempts <= FIRST.size() ? FIRST.get(failedAttempts - 1) : THEN;
    }
}
