package io.holdfast.journal.internal.store;

import io.holdfast.base.Position;
import io.holdfast.journal.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The epochs of a machine and how they lie upon each other. A sequence is given once, by one epoch; an epoch's own sequences end where the next
 * opened epoch's begin. Immutable.
 *
 * @param epochs in the order of their opening
 */
record Lineage(List<Epoch> epochs) {

    static final Lineage EMPTY = new Lineage(List.of());

    /**
     * The part of an epoch that a position lies upon.
     *
     * @param epoch its number
     * @param first its first sequence
     * @param last the last sequence that belongs to the path, at least {@code first}
     */
    record Stretch(long epoch, long first, long last) {}

    Lineage {
        epochs = List.copyOf(epochs);
    }

    Lineage with(Epoch opened) {
        List<Epoch> more = new ArrayList<>(epochs);
        more.add(opened);
        return new Lineage(more);
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

    /**
     * Finds the epoch that gave a sequence.
     *
     * @param sequence at least 1
     * @return the epoch's number, 0 when no epoch did
     */
    long ownerOf(long sequence) {
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
        return low == 0 ? 0 : epochs.get(low - 1).number();
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
     * Lists what a position lies upon.
     *
     * @param resolved a position as given by {@link #resolve}
     * @return newest first; empty for the origin
     */
    List<Stretch> path(Position resolved) {
        List<Stretch> path = new ArrayList<>();
        Position at = resolved;
        while (!at.equals(Position.ORIGIN)) {
            Epoch epoch = epochs.get(indexOf(at.epoch()));
            if (at.sequence() >= epoch.firstSequence()) {
                path.add(new Stretch(epoch.number(), epoch.firstSequence(), at.sequence()));
            }
            at = epoch.parent();
        }
        return path;
    }
}
