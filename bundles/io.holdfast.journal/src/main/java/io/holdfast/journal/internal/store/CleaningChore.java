package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.UnreachableException;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes back the room of retired points, and codes old history anew: one history at a time, one segment of it after the other. Files that were replaced
 * are deleted once nobody reads them.
 */
final class CleaningChore implements Chore {

    /** A history is looked through again after so much of its clock at the earliest, so that what retires bit by bit is read once. */
    private static final long ROUND_MILLIS = 6 * RetentionPolicy.HOUR_MILLIS;

    /** The same while batches are refused for want of room: soon, and a round that found no room itself is not begun again at once. */
    private static final long ROUND_MILLIS_FOR_ROOM = 60_000;

    private final Writer writer;
    private final StoreContext context;
    private final List<Superseded> superseded = new ArrayList<>();
    private final Map<MachineId, Long> rounds = new HashMap<>();
    private final Map<MachineId, Look> looks = new HashMap<>();
    private final ColdChoice cold;
    private @Nullable Round round;

    /** A file that was replaced. */
    private record Superseded(History history, Segment segment, int generation, String path) {}

    /** A look that found nothing to do, and of what: as long as it is the same there is nothing. */
    private record Look(RetentionState state, int sealed) {

        boolean isOf(RetentionState now, int sealedNow) {
            return state == now && sealed == sealedNow;
        }
    }

    CleaningChore(Writer writer, StoreContext context) {
        this.writer = writer;
        this.context = context;
        this.cold = new ColdChoice(context);
    }

    @Override
    public boolean step() throws IOException {
        if (deleteOne()) {
            return true;
        }
        Round active = round;
        if (active == null) {
            active = next();
            active = active == null ? cold.next(writer.histories()) : active;
            round = active;
        }
        return active != null && step(active);
    }

    private boolean step(Round active) throws IOException {
        try {
            Segment segment = active.segment();
            int generation = segment == null ? 0 : segment.generation();
            String path = segment == null ? "" : segment.path();
            if (active.step()) {
                round = null;
            }
            if (segment != null && segment.generation() > generation) {
                superseded.add(new Superseded(active.history(), segment, generation, path));
            }
        } catch (DiskFullException | UnreachableException _) {
            // tried again in the next round, when there may be room or an answer; what was begun is deleted
            active.abandon();
            round = null;
        }
        return true;
    }

    private boolean deleteOne() throws IOException {
        Iterator<Superseded> files = superseded.iterator();
        while (files.hasNext()) {
            Superseded file = files.next();
            if (context.leases().release(file.segment(), file.generation())) {
                context.files().delete(file.path());
                files.remove();
                return true;
            }
        }
        return false;
    }

    private @Nullable Round next() {
        long pause = context.gate().isClosed() ? ROUND_MILLIS_FOR_ROOM : ROUND_MILLIS;
        for (History history : writer.histories()) {
            long clock = history.retention().clockMillis(context.time().monotonicNanos());
            Long last = rounds.get(history.machine());
            boolean due = last == null || clock - last >= pause;
            if (due && mayHaveAny(history)) {
                CleaningRound begun = new CleaningRound(context, history, cold.work(history));
                if (!begun.isEmpty()) {
                    rounds.put(history.machine(), clock);
                    return begun;
                }
                looks.put(history.machine(), new Look(history.retention().state(), history.sealedCount()));
            }
        }
        return null;
    }

    private boolean mayHaveAny(History history) {
        RetentionState state = history.retention().state();
        Look last = looks.get(history.machine());
        return !state.unsurveyed().isEmpty()
                && (last == null || !last.isOf(state, history.sealedCount()))
                && history.standing().kind() == HistoryStanding.State.OWN;
    }

    @Override
    public void forget(History history) {
        Round active = round;
        if (active != null && active.history() == history) {
            round = null;
        }
        rounds.remove(history.machine());
        looks.remove(history.machine());
        cold.forget(history);
        superseded.removeIf(file -> file.history() == history);
    }
}
