package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.Pin;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.retain.Arrivals;
import io.holdfast.journal.internal.retain.RetentionPlan;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the clocks of histories run, notes when sequences came, and retires what a policy keeps no longer. One history a step; each is looked at
 * again once its clock has gone on by {@link Arrivals#SPACING_MILLIS} or it has another policy. What a copy keeps its origin says; of a history that has
 * moved the other store decides, and nothing more is retired here: it may come back.
 */
final class RetentionChore implements Chore {

    /** A clock that nothing else saves is saved so often: this much of it a crash can take back. */
    private static final long SAVE_MILLIS = 60 * 60_000L;

    private final Writer writer;
    private final StoreContext context;
    private final Map<MachineId, Look> looks = new HashMap<>();

    /** Each retirement is an entry in the ledger, which only grows: what leaves its window stays a point for a 24th of that longer at most. */
    private static final int RETIREMENTS_A_WINDOW = 24;

    /** When a history was looked at, when last to retire points, and under which policy. */
    private record Look(long clockMillis, long retiredMillis, RetentionPolicy policy) {

        boolean isDue(long clock, RetentionPolicy now) {
            return clock - clockMillis >= Arrivals.SPACING_MILLIS || !policy.equals(now);
        }

        boolean retires(long clock, RetentionPolicy now) {
            long window = Math.max(now.fullDensityMillis(), now.lockMillis());
            long spacing =
                    Math.clamp(window / RETIREMENTS_A_WINDOW, RetentionPolicy.HOUR_MILLIS, RetentionPolicy.DAY_MILLIS);
            return clock - retiredMillis >= spacing || !policy.equals(now);
        }
    }

    RetentionChore(Writer writer, StoreContext context) {
        this.writer = writer;
        this.context = context;
    }

    @Override
    public boolean step() throws IOException {
        for (History history : writer.histories()) {
            if (history.standing().kind() == HistoryStanding.State.COPY) {
                continue;
            }
            long clock = history.retention().clockMillis(context.time().monotonicNanos());
            RetentionPolicy policy = history.retention().state().policy();
            Look last = looks.get(history.machine());
            if (last == null || last.isDue(clock, policy)) {
                boolean retires = history.standing().kind() == HistoryStanding.State.OWN
                        && (last == null || last.retires(clock, policy));
                long retired = last == null || retires ? clock : last.retiredMillis();
                looks.put(history.machine(), new Look(clock, retired, policy));
                if (look(history, clock, retires)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean look(History history, long clock, boolean retires) throws IOException {
        Retention retention = history.retention();
        RetentionState before = retention.state();
        RetentionState after = before.at(clock);
        long head = history.durable().sequence();
        Arrivals arrivals = before.arrivals();
        boolean moved = arrivals.samples().isEmpty()
                ? head > 0
                : head > arrivals.samples().getLast().sequence();
        if (moved && arrivals.isDue(clock)) {
            after = after.with(arrivals.with(retention.sample(clock, head)));
        }
        after = retires ? after.retire(retire(history, after)) : after;
        boolean changed = moved || !after.retired().equals(before.retired());
        if (changed || clock - retention.savedMillis() >= SAVE_MILLIS) {
            context.save(history, after);
            return true;
        }
        return false;
    }

    private SequenceSet retire(History history, RetentionState state) {
        List<Long> kept = new ArrayList<>(history.retention().held());
        history.pins().stream().map(Pin::position).forEach(position -> kept.add(position.sequence()));
        kept.add(history.durable().sequence());
        kept.add(history.durable().provenSequence());
        history.resolve(history.durable().position()).ifPresent(head -> kept.add(head.sequence()));
        RetentionPlan.Moment moment = new RetentionPlan.Moment(
                state.clockMillis(), state.arrivals(), history.lines(), history.spansBetween(0, Long.MAX_VALUE));
        try {
            return new RetentionPlan(state.policy(), moment, new RecordHeaders(history, context.leases()))
                    .retire(state.retired(), kept);
        } catch (DamagedException | IOException e) {
            throw new HoldfastException(
                    e instanceof DamagedException ? ErrorCode.STORE_DAMAGED : ErrorCode.DISK_ERROR,
                    "history of machine " + history.machine(),
                    "nothing of it can be retired: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void forget(History history) {
        looks.remove(history.machine());
    }
}
