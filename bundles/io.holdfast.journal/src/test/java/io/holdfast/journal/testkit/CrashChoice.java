package io.holdfast.journal.testkit;

import java.util.Set;

/**
 * What a loss of power leaves of the operations that were not forced.
 *
 * @param kept the numbers of those that reached the medium whole
 * @param torn the number of a write of which some sectors reached it, or {@link #NOTHING_TORN}
 */
public record CrashChoice(Set<Long> kept, long torn) {

    public static final long NOTHING_TORN = -1;

    public CrashChoice {
        kept = Set.copyOf(kept);
    }
}
