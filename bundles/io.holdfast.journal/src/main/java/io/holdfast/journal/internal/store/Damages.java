package io.holdfast.journal.internal.store;

import io.holdfast.journal.Damage;
import java.util.ArrayList;
import java.util.List;

/** What was found damaged since the store was opened. Thread-safe. */
public final class Damages {

    private static final int COUNT_MAX = 1_000;

    private final List<Damage> found = new ArrayList<>();

    synchronized void add(String file, long offset, long length, String detail) {
        if (found.size() < COUNT_MAX) {
            found.add(new Damage(file, offset, length, detail));
        }
    }

    /**
     * Lists what was found.
     *
     * @return oldest first
     */
    public synchronized List<Damage> all() {
        return List.copyOf(found);
    }
}
