package io.holdfast.changelog;

import java.util.List;

/**
 * What a change log held when it was opened.
 *
 * @param firstSequence the lowest sequence that is there; {@code loggedSequence + 1} when nothing is
 * @param loggedSequence the highest sequence up to which everything is there; 0 when nothing is
 * @param epoch of the newest generation, 0 when there is none
 * @param utcMillis the highest clock of a record, 0 when there is none
 * @param damage for people: what that had been synced was lost or changed; empty when nothing was. Files that show damage are renamed
 *     to {@code .damaged} when the log lets go of them, never deleted
 * @since 1.0
 */
public record LogRecovery(long firstSequence, long loggedSequence, long epoch, long utcMillis, List<String> damage) {

    /** Nothing was there. */
    static final LogRecovery NOTHING = new LogRecovery(1, 0, 0, 0, List.of());

    public LogRecovery {
        damage = List.copyOf(damage);
    }

    /**
     * Tells whether there is anything to send.
     *
     * @return true when no record was found
     */
    public boolean isEmpty() {
        return firstSequence > loggedSequence;
    }
}
