package io.holdfast.journal.internal.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The merged runs of one history, about 300 bytes each in memory. Thread-safe. */
final class RunDirectory {

    private final TreeMap<Long, TreeMap<Long, MergedFile>> byLast = new TreeMap<>();
    private final TreeMap<Long, MergedFile> bases = new TreeMap<>();
    private final List<MergedFile> dropped = new ArrayList<>();
    private long bytes;

    synchronized void add(MergedFile run) {
        if (run.isBase()) {
            bases.put(run.last(), run);
        } else {
            byLast.computeIfAbsent(run.last(), _ -> new TreeMap<>()).put(run.first(), run);
        }
        bytes += run.bytes();
    }

    /** Takes a run out that is damaged or of no use any more; its file is deleted, and made again where it is of use, in the background. */
    synchronized void drop(MergedFile run) {
        boolean there = run.isBase()
                ? bases.remove(run.last(), run)
                : byLast.getOrDefault(run.last(), new TreeMap<>()).remove(run.first(), run);
        if (there) {
            bytes -= run.bytes();
            dropped.add(run);
        }
    }

    /** Gives the runs that were dropped, once. */
    synchronized List<MergedFile> takeDropped() {
        List<MergedFile> taken = List.copyOf(dropped);
        dropped.clear();
        return taken;
    }

    /** Finds the run over exactly these segments. */
    synchronized Optional<MergedFile> find(long first, long last) {
        return first == 0
                ? Optional.ofNullable(bases.get(last))
                : Optional.ofNullable(byLast.getOrDefault(last, new TreeMap<>()).get(first));
    }

    /** Finds the run over the most segments that ends with one and begins with another or later. */
    synchronized Optional<MergedFile> longestTo(long last, long notBefore) {
        TreeMap<Long, MergedFile> ending = byLast.get(last);
        return Optional.ofNullable(ending)
                .map(runs -> runs.ceilingEntry(notBefore))
                .map(Map.Entry::getValue);
    }

    /** Finds the newest base that ends with one of these segments. */
    synchronized Optional<MergedFile> newestBase(long firstSegment, long lastSegment) {
        Map.Entry<Long, MergedFile> entry = bases.floorEntry(lastSegment);
        return entry != null && entry.getKey() >= firstSegment ? Optional.of(entry.getValue()) : Optional.empty();
    }

    synchronized List<MergedFile> all() {
        List<MergedFile> all = new ArrayList<>(bases.values());
        byLast.values().forEach(runs -> all.addAll(runs.values()));
        return all;
    }

    /** What all of them take on the medium. */
    synchronized long bytes() {
        return bytes;
    }
}
