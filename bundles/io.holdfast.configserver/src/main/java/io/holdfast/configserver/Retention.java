package io.holdfast.configserver;

/**
 * What a machine's history keeps. Ages count on the store's own clock; see the operating guide.
 *
 * @param fullDensityHours how long every point is kept, at least {@code lockHours}
 * @param hourly for how many hours the first point of each hour is kept
 * @param daily for how many days the first point of each day is kept
 * @param weekly for how many weeks the first point of each week is kept
 * @param yearly for how many years the first point of each year is kept
 * @param markersHours how long points with a name are kept
 * @param lockHours history younger than this is not shortened, unpinned or destroyed by anybody; 0 for no lock
 * @param coldHours from what age on history is coded anew with XZ, where the store has the machine's keys
 * @param coldMinutes how many minutes of processor time a day may be spent on that; 0 for never
 * @since 1.0
 */
public record Retention(
        long fullDensityHours,
        int hourly,
        int daily,
        int weekly,
        int yearly,
        long markersHours,
        long lockHours,
        long coldHours,
        int coldMinutes) {}
