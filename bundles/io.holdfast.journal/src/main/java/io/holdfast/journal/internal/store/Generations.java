package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which files of sealed segments a history's folder has. A crash while a segment was cleaned can leave two of one number: the one that the ledger
 * names counts, the other was not named yet or is superseded.
 */
final class Generations {

    private final String folder;
    private final TreeMap<Long, TreeSet<Integer>> found = new TreeMap<>();

    Generations(String folder) {
        this.folder = folder;
    }

    void add(long number, int generation) {
        found.computeIfAbsent(number, _ -> new TreeSet<>()).add(generation);
    }

    /** Tells which file of a number counts. */
    int chosen(long number, Ledger ledger) {
        TreeSet<Integer> present = found.getOrDefault(number, new TreeSet<>());
        int newest = present.isEmpty() ? 0 : present.last();
        return ledger.current(number)
                .map(FileDigest::generation)
                .filter(present::contains)
                .orElse(newest);
    }

    /** Deletes the files that do not count. */
    void deleteOthers(StoreFiles files, Ledger ledger) throws IOException {
        for (Map.Entry<Long, TreeSet<Integer>> entry : found.entrySet()) {
            int chosen = chosen(entry.getKey(), ledger);
            for (int generation : entry.getValue()) {
                if (generation != chosen) {
                    files.delete(Segment.sealedPath(folder, entry.getKey(), generation));
                }
            }
        }
    }
}
