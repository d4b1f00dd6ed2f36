package io.holdfast.configserver;

/**
 * What a machine's history keeps and takes.
 *
 * @param retention what is kept
 * @param atRestBytes all that the history takes
 * @param reclaimableBytes of these, what no kept point needs and cleaning has left for now
 * @param intakeBytesPerDay what came in during the last day, for a whole day; 0 before anything is known
 * @param freeBytes what batches of all machines may still take of the store's medium: all but what is kept for maintenance
 * @param coldWaitingBytes data that is old enough to be coded anew and is not yet; 0 without a cold tier
 * @param coldForecastMinutes minutes of processor time that this will take, rounded up
 * @since 1.0
 */
public record HistorySpace(
        Retention retention,
        long atRestBytes,
        long reclaimableBytes,
        long intakeBytesPerDay,
        long freeBytes,
        long coldWaitingBytes,
        long coldForecastMinutes) {}
