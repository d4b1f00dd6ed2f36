package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.Run;
import io.holdfast.journal.internal.retain.SegmentSurvey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the segments behind one segment have, up to a cut of the same line. Files are leased for one step; what is read of the last segment up to the
 * cut is kept.
 */
final class LaterRuns implements SegmentSurvey.Cover, AutoCloseable {

    private final History history;
    private final SegmentLeases leases;
    private final Segment segment;
    private @Nullable LayerRuns held;
    private @Nullable MemoryRun partOfLast;

    LaterRuns(History history, SegmentLeases leases, Segment segment) {
        this.history = history;
        this.leases = leases;
        this.segment = segment;
    }

    /** What lies in the intake log alone covers nothing yet; so the segment may seem to be needed more than it is. */
    @Override
    public List<Run> upTo(long cut) throws IOException, DamagedException {
        long end = Math.min(cut, history.writtenState().sequence());
        return end > segment.lastSequence() ? open(end) : List.of();
    }

    private List<Run> open(long cut) throws IOException, DamagedException {
        LayerRuns opened = new LayerRuns(history, leases, Optional.empty());
        held = opened;
        List<Run> runs = new ArrayList<>();
        List<PathCover.Layer> whole = new ArrayList<>();
        for (PathCover.Layer layer : PathCover.from(history, segment.number() + 1, cut)) {
            if (layer instanceof PathCover.Layer.Cut(Segment last, long lastSequence) && lastSequence == cut) {
                runs.add(part(last, cut));
            } else {
                whole.add(layer);
            }
        }
        runs.addAll(opened.openAll(whole));
        return runs;
    }

    private MemoryRun part(Segment last, long cut) throws IOException, DamagedException {
        MemoryRun known = partOfLast;
        if (known == null) {
            try (SegmentLeases.Lease lease = leases.lease(last)) {
                known = LayerRuns.cutRun(last, lease.reader(), cut);
                partOfLast = known;
            }
        }
        return known;
    }

    /** Ends a step. */
    @Override
    public void close() {
        LayerRuns opened = held;
        held = null;
        if (opened != null) {
            opened.close();
        }
    }
}
