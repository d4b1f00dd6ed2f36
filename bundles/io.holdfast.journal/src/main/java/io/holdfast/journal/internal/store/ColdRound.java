package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Codes one segment of old history anew. A crash leaves it as it was, or done. */
final class ColdRound implements Round {

    private final StoreContext context;
    private final History history;
    private final Segment segment;
    private final SegmentCleaning cleaning;

    ColdRound(StoreContext context, History history, Segment segment, ColdWork work) {
        this.context = context;
        this.history = history;
        this.segment = segment;
        String rule = history.retention().state().policy().toString();
        this.cleaning =
                new SegmentCleaning(context, history, segment, CleaningRound.cuts(history), rule, Optional.of(work));
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public Segment segment() {
        return segment;
    }

    @Override
    public boolean step() throws IOException {
        try {
            if (!cleaning.step()) {
                return false;
            }
            Map<Long, Long> dead = new HashMap<>(history.retention().state().dead());
            if (dead.remove(segment.number()) != null) {
                context.save(history, history.retention().state().surveyed(SequenceSet.EMPTY, dead));
            }
        } catch (DamagedException | UnreadableException e) {
            context.damages().add(segment.path(), 0, 0, "is not coded anew: " + e.getMessage());
            abandon();
        }
        return true;
    }

    @Override
    public void abandon() throws IOException {
        cleaning.abandon();
    }
}
