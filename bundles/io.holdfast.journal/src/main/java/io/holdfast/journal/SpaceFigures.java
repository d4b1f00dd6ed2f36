package io.holdfast.journal;

/**
 * What a machine's history takes on the medium.
 *
 * @param atRestBytes all of it
 * @param reclaimableBytes of these, what no kept point needs and cleaning has left for now, because less than a quarter of its segment is so
 * @param intakeBytesPerDay what came in during the last day of the history's clock, or the shorter time since it began, for a whole day; 0 before
 *     anything is known
 * @since 1.0
 */
public record SpaceFigures(long atRestBytes, long reclaimableBytes, long intakeBytesPerDay) {}
