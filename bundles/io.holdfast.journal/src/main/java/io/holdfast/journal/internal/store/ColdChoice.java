package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RetentionPolicy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which segment of old history is coded anew next: one whose newest sequence is old enough, of a machine whose keys are there, when its forecast
 * fits the day's window.
 */
final class ColdChoice {

    /** A history in which nothing was to be coded is looked through again after so much of its clock. */
    private static final long LOOK_MILLIS = 5 * 60_000L;

    private final StoreContext context;
    private final ColdBudget budget;
    private final Map<MachineId, Long> looks = new HashMap<>();
    private final Map<Segment, Long> tried = new HashMap<>();

    ColdChoice(StoreContext context) {
        this.context = context;
        this.budget = context.coldBudget();
    }

    /** What it takes to code segments of a history; nothing without its keys, or when its policy has no cold tier. */
    Optional<ColdWork> work(History history) {
        if (history.retention().state().policy().cold().minutesADay() == 0) {
            return Optional.empty();
        }
        Optional<MachineKeys> keys = context.keys().keysOf(history.machine());
        return keys.map(present -> new ColdWork(
                present,
                context.time(),
                (bytes, nanos) -> budget.spent(history.machine(), clockMillis(history), bytes, nanos)));
    }

    private long clockMillis(History history) {
        return history.retention().clockMillis(context.time().monotonicNanos());
    }

    @Nullable
    Round next(Collection<History> histories) {
        for (History history : histories) {
            ColdTier tier = history.retention().state().policy().cold();
            long clock = clockMillis(history);
            Long last = looks.get(history.machine());
            boolean due = tier.minutesADay() > 0
                    && history.standing().kind() == HistoryStanding.State.OWN
                    && (last == null || clock - last >= LOOK_MILLIS);
            if (due) {
                Round found = next(history, tier, clock);
                if (found != null) {
                    return found;
                }
                looks.put(history.machine(), clock);
            }
        }
        return null;
    }

    private @Nullable Round next(History history, ColdTier tier, long clock) {
        Optional<ColdWork> work = work(history);
        if (work.isEmpty()) {
            return null;
        }
        tried.keySet().removeIf(Segment::isCold);
        long old =
                history.retention().olderThan(tier.ageMillis(), context.time().monotonicNanos());
        for (Segment segment : history.segments()) {
            Long last = tried.get(segment);
            boolean due = last == null || clock - last >= RetentionPolicy.DAY_MILLIS;
            if (due && waits(segment, old) && budget.fits(history.machine(), clock, tier, segment.plaintextBytes())) {
                tried.put(segment, clock);
                return new ColdRound(context, history, segment, work.get());
            }
        }
        return null;
    }

    private static boolean waits(Segment segment, long old) {
        return segment.isSealed() && !segment.isCold() && segment.lastSequence() <= old;
    }

    /** How much data of a history waits to be coded. Thread-safe. */
    static long waitingBytes(StoreContext context, History history) {
        ColdTier tier = history.retention().state().policy().cold();
        if (tier.minutesADay() == 0) {
            return 0;
        }
        long old =
                history.retention().olderThan(tier.ageMillis(), context.time().monotonicNanos());
        return history.segments().stream()
                .filter(segment -> waits(segment, old))
                .mapToLong(Segment::plaintextBytes)
                .sum();
    }

    void forget(History history) {
        looks.remove(history.machine());
        budget.forget(history.machine());
        tried.keySet().removeAll(history.segments());
    }
}
