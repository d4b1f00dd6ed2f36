package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.retain.Arrivals;
import io.holdfast.journal.internal.retain.HistoryClock;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.util.List;
import java.util.TreeMap;

/**
 * What one history keeps: the state that its file {@code retention} has, its clock, and the points that are open. A point that is open is not
 * retired. Thread-safe; the state is changed by the writer alone.
 */
final class Retention {

    private final TreeMap<Long, Integer> held = new TreeMap<>();
    private RetentionState state = RetentionState.START;
    private HistoryClock clock = new HistoryClock(0);
    private long receivedBytes;
    private long savedMillis = -1;

    /** Starts from what the file says, or from nothing. */
    synchronized void load(RetentionState saved) {
        state = saved;
        clock = new HistoryClock(saved.clockMillis());
        receivedBytes = saved.arrivals().samples().isEmpty()
                ? 0
                : saved.arrivals().samples().getLast().bytes();
        savedMillis = saved.clockMillis();
    }

    synchronized RetentionState state() {
        return state;
    }

    /** The history's clock now. */
    synchronized long clockMillis(long monotonicNanos) {
        return clock.advance(monotonicNanos);
    }

    /** When the file was written last, on the history's clock. */
    synchronized long savedMillis() {
        return savedMillis;
    }

    /** Takes in what has been written to the file; what is open by now is not retired. */
    synchronized void saved(RetentionState changed) {
        state = changed;
        savedMillis = changed.clockMillis();
    }

    synchronized void received(long bytes) {
        receivedBytes += bytes;
    }

    synchronized Arrivals.Sample sample(long clockMillis, long sequence) {
        return new Arrivals.Sample(clockMillis, sequence, receivedBytes);
    }

    boolean isRetired(long sequence) {
        return state().retired().contains(sequence);
    }

    SequenceSet retired() {
        return state().retired();
    }

    void requireKept(String what, long sequence) {
        if (isRetired(sequence)) {
            throw new HoldfastException(
                    ErrorCode.POINT_OLDER_THAN_HISTORY, what, "was retired by the machine's retention policy");
        }
    }

    /** Keeps a point from being retired while it is open. */
    synchronized void hold(String what, long sequence) {
        requireKept(what, sequence);
        held.merge(sequence, 1, Integer::sum);
    }

    synchronized void release(long sequence) {
        held.computeIfPresent(sequence, (_, count) -> count == 1 ? null : count - 1);
    }

    synchronized List<Long> held() {
        return List.copyOf(held.keySet());
    }

    /** Everything up to here is at least so old. */
    long olderThan(long ageMillis, long monotonicNanos) {
        return state().arrivals().by(clockMillis(monotonicNanos) - ageMillis);
    }
}
