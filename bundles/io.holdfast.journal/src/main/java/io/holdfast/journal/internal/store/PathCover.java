package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.DamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the fewest and longest runs that a sequence lies upon. Along each line of history on its path, from the newest segment to the oldest: the
 * longest run that ends there, else the segment itself; a base ends the path. Only the newest segment of a line may be cut.
 */
final class PathCover {

    private final History history;
    private final List<Layer> layers = new ArrayList<>();

    /** A run of a cover. */
    sealed interface Layer {

        /** A merged run. */
        record Merged(MergedFile file) implements Layer {}

        /** A sealed segment that is seen whole. */
        record Whole(Segment segment) implements Layer {}

        /** A segment up to a sequence, or without an index. */
        record Cut(Segment segment, long lastSequence) implements Layer {}
    }

    private PathCover(History history) {
        this.history = history;
    }

    /**
     * Covers all that a sequence lies upon.
     *
     * @param history whose
     * @param sequence any that was given; 0 for nothing
     * @return newest first
     */
    static List<Layer> of(History history, long sequence) throws DamagedException {
        PathCover cover = new PathCover(history);
        for (Lineage.Stretch stretch : history.lineage().path(sequence)) {
            if (cover.addLine(stretch)) {
                break;
            }
        }
        return cover.layers;
    }

    /**
     * Covers neighbouring sealed segments of one line.
     *
     * @param history whose
     * @param first the first of them
     * @param last the last of them
     * @return newest first
     */
    static List<Layer> between(History history, long first, long last) throws DamagedException {
        PathCover cover = new PathCover(history);
        cover.addWhole(last, first);
        return cover.layers;
    }

    /**
     * Covers what lies between the start of a segment and a sequence on the same line.
     *
     * @param history whose
     * @param first number of the segment
     * @param sequence in it or behind it
     * @return newest first
     */
    static List<Layer> from(History history, long first, long sequence) throws DamagedException {
        PathCover cover = new PathCover(history);
        cover.addWhole(cover.addCut(sequence), first);
        return cover.layers;
    }

    /** Adds the segment of a sequence if it is not seen whole; returns the number of the newest one that is. */
    private long addCut(long sequence) throws DamagedException {
        Segment newest = segmentOf(sequence);
        if (newest.isSealed() && newest.lastSequence() <= sequence) {
            return newest.number();
        }
        layers.add(new Layer.Cut(newest, sequence));
        return newest.number() - 1;
    }

    /** Adds what is seen of one line; returns whether nothing older is needed. */
    private boolean addLine(Lineage.Stretch stretch) throws DamagedException {
        long first = segmentOf(stretch.first()).number();
        long whole = addCut(stretch.last());
        Optional<MergedFile> base = history.runs().newestBase(first, whole);
        addWhole(whole, base.isPresent() ? base.get().last() + 1 : first);
        base.ifPresent(file -> layers.add(new Layer.Merged(file)));
        return base.isPresent();
    }

    private void addWhole(long last, long first) throws DamagedException {
        long number = last;
        while (number >= first) {
            Optional<MergedFile> run = history.runs().longestTo(number, first);
            if (run.isPresent()) {
                layers.add(new Layer.Merged(run.get()));
                number = run.get().first() - 1;
            } else {
                Segment segment = segment(number);
                layers.add(
                        segment.isSealed() ? new Layer.Whole(segment) : new Layer.Cut(segment, segment.lastSequence()));
                number--;
            }
        }
    }

    private Segment segmentOf(long sequence) throws DamagedException {
        Optional<Segment> segment = history.segmentOf(sequence);
        if (segment.isEmpty()) {
            throw DamagedException.damaged("no segment has sequence " + sequence);
        }
        return segment.get();
    }

    private Segment segment(long number) throws DamagedException {
        Optional<Segment> segment = history.segment(number);
        if (segment.isEmpty()) {
            throw DamagedException.damaged("segment " + number + " is missing");
        }
        return segment.get();
    }
}
