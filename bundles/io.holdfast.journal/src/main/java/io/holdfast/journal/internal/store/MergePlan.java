package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.DamagedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which runs of one history are merged next. The segments of each line are counted off from the line's first one: at level 1 each fan-in of
 * them makes a run, at level 2 each fan-in of those, and so on. And where a line lies upon so much that a point of it would have more than four times
 * the fan-in of runs below, its first segment gets a base, so that a point never takes more runs than that for what lies below its line. Used by the
 * writer alone.
 */
final class MergePlan {

    private static final int LAYERS_BELOW_FACTOR = 4;
    private static final int ATTEMPTS_MAX = 2;

    private final History history;
    private final int fanIn;
    private final List<Long> nextByLevel = new ArrayList<>();
    private final Map<Group, Integer> failures = new HashMap<>();
    private long lineLookedAt;
    private long settledNewest = -1;
    private int settledCount;

    /**
     * A run to be made.
     *
     * @param first the first segment; 0 for a base
     * @param last the last segment
     */
    record Group(long first, long last) {}

    MergePlan(History history, int fanIn) {
        this.history = history;
        this.fanIn = fanIn;
    }

    /** Looks at everything again, after a run was dropped. */
    void startOver() {
        nextByLevel.clear();
        lineLookedAt = 0;
        settledNewest = -1;
    }

    /** Notes that a run could not be made. After the second time it is left out until the store is opened again; returns whether it is. */
    boolean failed(Group group) {
        startOver();
        return failures.merge(group, 1, Integer::sum) >= ATTEMPTS_MAX;
    }

    private boolean isLeftOut(Group group) {
        return failures.getOrDefault(group, 0) >= ATTEMPTS_MAX;
    }

    /** Finds what is merged next. What has been looked at in vain is looked at again when another segment has begun or was sealed. */
    Optional<Group> next() {
        long newest = history.nextSegmentNumber() - 1;
        int sealed = history.sealedCount();
        if (newest == settledNewest && sealed == settledCount) {
            return Optional.empty();
        }
        Optional<Group> group = find(newest);
        if (group.isEmpty()) {
            settledNewest = newest;
            settledCount = sealed;
        }
        return group;
    }

    private Optional<Group> find(long newest) {
        int level = 0;
        for (long size = fanIn; size <= newest; size *= fanIn) {
            Optional<Group> group = nextOf(level, size);
            if (group.isPresent()) {
                return group;
            }
            level++;
        }
        return nextBase();
    }

    /** Finds the first group of a level that is complete and has no run; what is passed over is not looked at again. */
    private Optional<Group> nextOf(int level, long size) {
        if (level == nextByLevel.size()) {
            nextByLevel.add(1L);
        }
        while (true) {
            long first = nextByLevel.get(level);
            Optional<Segment> segment = history.segment(first);
            if (segment.isEmpty()) {
                return Optional.empty();
            }
            Line line = lineOf(segment.get());
            if (first < line.first || first + size - 1 > line.last) {
                if (first >= line.first && !line.ended) {
                    return Optional.empty();
                }
                nextByLevel.set(level, Math.max(line.first, first < line.first ? line.first : line.last + 1));
                continue;
            }
            Group group = new Group(first, first + size - 1);
            if (history.runs().find(group.first, group.last).isEmpty() && !isLeftOut(group)) {
                switch (stateOf(group, level, size)) {
                    case READY -> {
                        return Optional.of(group);
                    }
                    case WAITS -> {
                        return Optional.empty();
                    }
                    case NEVER -> {}
                }
            }
            nextByLevel.set(level, group.last + 1);
        }
    }

    private enum State {
        READY,
        WAITS,
        NEVER
    }

    /** A group is ready when its parts are; one with a part that cannot be had is passed over. */
    private State stateOf(Group group, int level, long size) {
        long part = size / fanIn;
        for (long first = group.first; first <= group.last; first += part) {
            if (level == 0) {
                Segment segment = history.segment(first).orElseThrow();
                if (!segment.isSealed()) {
                    return segment.isDamaged() ? State.NEVER : State.WAITS;
                }
            } else if (history.runs().find(first, first + part - 1).isEmpty()) {
                return nextByLevel.get(level - 1) > first ? State.NEVER : State.WAITS;
            }
        }
        return State.READY;
    }

    /** The segments of one line. */
    private record Line(long first, long last, boolean ended) {}

    private Line lineOf(Segment segment) {
        Lineage lineage = history.lineage();
        long firstSequence = lineage.lineOf(segment.firstSequence());
        long first = history.segmentOf(firstSequence).map(Segment::number).orElse(segment.number());
        Optional<Long> next = lineage.lineAfter(firstSequence);
        long last = next.flatMap(sequence -> history.segmentOf(sequence - 1))
                .map(Segment::number)
                .orElse(history.nextSegmentNumber() - 1);
        return new Line(first, last, next.isPresent());
    }

    private Optional<Group> nextBase() {
        while (true) {
            Optional<Long> line = history.lineage().lineAfter(Math.max(1, lineLookedAt));
            Optional<Segment> first = line.flatMap(history::segmentOf);
            if (first.isEmpty() || !first.get().isSealed()) {
                return Optional.empty();
            }
            lineLookedAt = line.get();
            long number = first.get().number();
            Group base = new Group(0, number);
            if (history.runs().find(0, number).isEmpty()
                    && !isLeftOut(base)
                    && layersOf(first.get()) > LAYERS_BELOW_FACTOR * fanIn) {
                return Optional.of(base);
            }
        }
    }

    private int layersOf(Segment segment) {
        try {
            return PathCover.of(history, segment.lastSequence()).size();
        } catch (DamagedException _) {
            return 0;
        }
    }
}
