package io.holdfast.journal.internal.store;

import io.holdfast.base.Position;
import io.holdfast.journal.Epoch;
import io.holdfast.journal.internal.retain.Lines;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The epochs of a machine and how they lie upon each other. A sequence is given once, by one epoch; an epoch's own sequences end where the next
 * opened epoch's begin. Epochs of which each begins where the one before it ended are one <i>line</i> of history; a new line begins where history
 * branches. So a path takes as many steps as history has branched on it, however many epochs there are. Immutable.
 *
 * @param epochs in the order of their opening
 * @param lines first sequence of each line but the first, with the sequence that it lies upon
 */
record Lineage(List<Epoch> epochs, NavigableMap<Long, Long> lines) {

    static final Lineage EMPTY = new Lineage(List.of(), Collections.emptyNavigableMap());

    /**
     * A stretch of sequences that a position lies upon: of one line from its start, or of one epoch.
     *
     * @param first its first sequence
     * @param last the last sequence that belongs to the path, at least {@code first}
     */
    record Stretch(long first, long last) {}

    Lineage {
        epochs = List.copyOf(epochs);
    }

    /**
     * Adds epochs.
     *
     * @param opened in the order of their opening
     * @return the lineage with them
     */
    Lineage with(Collection<Epoch> opened) {
        if (opened.isEmpty()) {
            return this;
        }
        List<Epoch> more = new ArrayList<>(epochs);
        more.addAll(opened);
        NavigableMap<Long, Long> moreLines = new TreeMap<>(lines);
        for (Epoch epoch : opened) {
            // an epoch that gave nothing began no line
            moreLines.remove(epoch.firstSequence());
            if (epoch.parent().sequence() != epoch.firstSequence() - 1) {
                moreLines.put(epoch.firstSequence(), epoch.parent().sequence());
            }
        }
        return new Lineage(more, Collections.unmodifiableNavigableMap(moreLines));
    }

    /**
     * Lists the lines with what they lie upon.
     *
     * @param head highest sequence given
     * @return what has sequences of its own
     */
    Lines branches(long head) {
        List<Lines.Line> branches = new ArrayList<>();
        long first = 1;
        long parent = 0;
        for (Map.Entry<Long, Long> line : lines.headMap(head, true).entrySet()) {
            if (line.getKey() > first) {
                branches.add(new Lines.Line(first, line.getKey() - 1, parent));
            }
            first = line.getKey();
            parent = line.getValue();
        }
        if (head >= first) {
            branches.add(new Lines.Line(first, head, parent));
        }
        return new Lines(branches);
    }

    private int indexOf(long number) {
        int low = 0;
        int high = epochs.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (epochs.get(middle).number() < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < epochs.size() && epochs.get(low).number() == number ? low : -1;
    }

    /** The last sequence that an epoch gave; that of the newest one is not known here. */
    private long lastOf(int index) {
        return index + 1 < epochs.size() ? epochs.get(index + 1).firstSequence() - 1 : Long.MAX_VALUE;
    }

    /** Finds the epoch that gave a sequence, at least 1. */
    private int ownerOf(long sequence) {
        int low = 0;
        int high = epochs.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (epochs.get(middle).firstSequence() <= sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /**
     * Finds the line that a sequence belongs to.
     *
     * @param sequence at least 1
     * @return the line's first sequence
     */
    long lineOf(long sequence) {
        Long first = lines.floorKey(sequence);
        return first == null ? 1 : first;
    }

    /**
     * Finds the line that begins next.
     *
     * @param sequence any
     * @return the first sequence, above this one, of a line
     */
    Optional<Long> lineAfter(long sequence) {
        return Optional.ofNullable(lines.higherKey(sequence));
    }

    /**
     * Says a position in the terms of the epoch that gave its sequence. The position right at the opening of an epoch, before its first sequence,
     * is its parent.
     *
     * @param position any
     * @return the same state as (epoch that gave the sequence, sequence), or nothing when there is no such position
     */
    Optional<Position> resolve(Position position) {
        Position at = position;
        while (true) {
            if (at.equals(Position.ORIGIN)) {
                return Optional.of(at);
            }
            int index = indexOf(at.epoch());
            if (index < 0) {
                return Optional.empty();
            }
            Epoch epoch = epochs.get(index);
            if (at.sequence() >= epoch.firstSequence()) {
                return at.sequence() <= lastOf(index) ? Optional.of(at) : Optional.empty();
            }
            if (at.sequence() != epoch.firstSequence() - 1) {
                return Optional.empty();
            }
            at = epoch.parent();
        }
    }

    /**
     * Lists what a sequence lies upon.
     *
     * @param sequence any that was given; 0 for the origin
     * @return stretches of lines, newest first; empty for the origin
     */
    List<Stretch> path(long sequence) {
        List<Stretch> path = new ArrayList<>();
        long at = sequence;
        while (at > 0) {
            Map.Entry<Long, Long> line = lines.floorEntry(at);
            path.add(new Stretch(line == null ? 1 : line.getKey(), at));
            at = line == null ? 0 : line.getValue();
        }
        return path;
    }

    /** Takes the epochs of a path. */
    interface Walker {

        /**
         * Takes an epoch.
         *
         * @param epoch which
         * @param last the last sequence of it that belongs to the path
         * @return whether to go on to the next older one
         */
        boolean visit(Epoch epoch, long last);
    }

    /**
     * Walks over the epochs that a whole epoch lies upon, itself included, as far as they gave sequences.
     *
     * @param number of the epoch, which is there
     * @param walker told newest first, until it has enough
     */
    void walk(long number, Walker walker) {
        int index = indexOf(number);
        Epoch start = epochs.get(index);
        long last = lastOf(index);
        for (Stretch stretch :
                path(last >= start.firstSequence() ? last : start.parent().sequence())) {
            long at = stretch.last();
            while (at >= stretch.first()) {
                Epoch owner = epochs.get(ownerOf(at));
                if (!walker.visit(owner, at)) {
                    return;
                }
                at = owner.firstSequence() - 1;
            }
        }
    }
}
