package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.retain.Cuts;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One look through the segments of a history that points were retired in or around. What is retired meanwhile is for the next round; after a crash
 * the round begins anew, and finds the segments that it had rewritten.
 */
final class CleaningRound implements Round {

    private final StoreContext context;
    private final History history;
    private final Cuts cuts;
    private final String rule;
    private final SequenceSet scope;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Map<Long, Long> dead;
    private final Optional<ColdWork> cold;
    private @Nullable SegmentCleaning cleaning;

    /**
     * Begins.
     *
     * @param cold takes out what is not needed inside blocks that were coded anew, when keys are there
     */
    CleaningRound(StoreContext context, History history, Optional<ColdWork> cold) {
        this.context = context;
        this.history = history;
        this.cold = cold;
        RetentionState state = history.retention().state();
        List<Segment> sealed =
                history.segments().stream().filter(Segment::isSealed).toList();
        long lastSealed = sealed.isEmpty() ? 0 : sealed.getLast().lastSequence();
        this.rule = state.policy().toString();
        this.dead = new HashMap<>(state.dead());
        this.cuts = cuts(history);
        this.scope = state.unsurveyed().within(1, lastSealed);
        SequenceSet around = cuts.around(scope);
        sealed.stream()
                .filter(segment -> around.touches(segment.firstSequence(), segment.lastSequence()))
                .forEach(segments::add);
    }

    /** Where the history is looked at, or may be. */
    static Cuts cuts(History history) {
        List<SequenceSet.Range> held = history.retention().held().stream()
                .filter(sequence -> sequence > 0)
                .map(sequence -> new SequenceSet.Range(sequence, sequence))
                .toList();
        SequenceSet kept = SequenceSet.between(1, history.durable().sequence())
                .without(history.retention().retired())
                .with(SequenceSet.of(held));
        return new Cuts(history.lines(), kept);
    }

    @Override
    public History history() {
        return history;
    }

    /** Whether there is nothing to look at. */
    boolean isEmpty() {
        return scope.isEmpty();
    }

    @Override
    public @Nullable Segment segment() {
        SegmentCleaning active = cleaning;
        return active == null ? segments.peek() : active.segment();
    }

    @Override
    public boolean step() throws IOException {
        SegmentCleaning active = cleaning;
        if (active == null) {
            Segment next = segments.poll();
            if (next == null) {
                context.save(history, history.retention().state().surveyed(scope, dead));
                return true;
            }
            active = new SegmentCleaning(context, history, next, cuts, rule, next.isCold() ? cold : Optional.empty());
            cleaning = active;
        }
        try {
            if (active.step()) {
                note(active.segment(), active.deadBytes());
                cleaning = null;
            }
        } catch (DamagedException | UnreadableException e) {
            context.damages().add(active.segment().path(), 0, 0, "is left as it is by cleaning: " + e.getMessage());
            abandon();
        }
        return false;
    }

    private void note(Segment segment, long deadBytes) {
        if (deadBytes > 0) {
            dead.put(segment.number(), deadBytes);
        } else {
            dead.remove(segment.number());
        }
    }

    @Override
    public void abandon() throws IOException {
        SegmentCleaning active = cleaning;
        if (active != null) {
            cleaning = null;
            active.abandon();
        }
    }
}
