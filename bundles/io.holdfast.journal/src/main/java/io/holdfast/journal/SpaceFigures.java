package io.holdfast.journal;

/**
 * What a machine's history takes on the medium.
 *
 * @param atRestBytes all of it
 * @param reclaimableBytes of these, what no kept point needs and cleaning has left for now, because less than a quarter of its segment is so
 * @param intakeBytesPerDay what came in during the last day of the history's clock, or the shorter time since it began, for a whole day; 0 before
 *     anything is known
 * @param coldWaitingBytes data of sealed segments that are old enough to be coded anew and are not yet; 0 without a cold tier
 * @param coldForecastMillis processor time that coding them will take, by what it has taken so far
 * @since 1.0
 */
public record SpaceFigures(
        long atRestBytes,
        long reclaimableBytes,
        long intakeBytesPerDay,
        long coldWaitingBytes,
        long coldForecastMillis) {}
