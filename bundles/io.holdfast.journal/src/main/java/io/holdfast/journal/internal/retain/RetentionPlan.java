package io.holdfast.journal.internal.retain;

import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.ProvenSpan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which sequences stop being points. Only what is older than full density and lock is looked at, by when it was received; of that the
 * first point of each period is kept on every branch, while it is young enough for the schedule, and what somebody holds. What was retired stays
 * retired, whatever the policy becomes.
 */
public final class RetentionPlan {

    private final RetentionPolicy policy;
    private final Moment moment;
    private final PointLabels labels;

    /**
     * The history as it is.
     *
     * @param clockMillis its clock
     * @param arrivals when its sequences came
     * @param lines its branches
     * @param spans the stretches in which every sequence is proven, by their first sequence
     */
    public record Moment(long clockMillis, Arrivals arrivals, Lines lines, List<ProvenSpan> spans) {

        public Moment {
            spans = List.copyOf(spans);
        }

        /**
         * Finds what is at least so old.
         *
         * @param ageMillis how old
         * @return every sequence up to here is
         */
        public long olderThan(long ageMillis) {
            return arrivals.by(clockMillis - ageMillis);
        }
    }

    /**
     * Makes a plan.
     *
     * @param policy what to keep
     * @param moment when
     * @param labels what the source said
     */
    public RetentionPlan(RetentionPolicy policy, Moment moment, PointLabels labels) {
        this.policy = policy;
        this.moment = moment;
        this.labels = labels;
    }

    /**
     * Works out what is retired from now on.
     *
     * @param retired what is already
     * @param held sequences that are kept whatever the policy says: pins, open images, the newest point and the head
     * @return the larger set
     * @throws IOException when labels cannot be read
     * @throws DamagedException when the history is damaged where labels are read
     */
    public SequenceSet retire(SequenceSet retired, Collection<Long> held) throws IOException, DamagedException {
        long behind = moment.olderThan(Math.max(policy.fullDensityMillis(), policy.lockMillis()));
        SequenceSet candidates = SequenceSet.between(1, behind).without(retired);
        if (candidates.isEmpty()) {
            return retired;
        }
        List<SequenceSet.Range> kept = new ArrayList<>();
        held.stream().filter(candidates::contains).forEach(sequence -> kept.add(single(sequence)));
        for (Calendar calendar : Calendar.values()) {
            addFirsts(calendar, candidates, behind, kept);
        }
        addMarkers(candidates, behind, kept);
        return retired.with(candidates.without(SequenceSet.of(kept)));
    }

    private static SequenceSet.Range single(long sequence) {
        return new SequenceSet.Range(sequence, sequence);
    }

    private record Period(int line, long number) {}

    private void addFirsts(Calendar calendar, SequenceSet candidates, long behind, List<SequenceSet.Range> kept)
            throws IOException, DamagedException {
        long from = moment.olderThan(calendar.ageMillis(policy)) + 1;
        Set<Period> seen = new HashSet<>();
        for (ProvenSpan span : moment.spans()) {
            long last = Math.min(span.last(), behind);
            for (SequenceSet.Range range :
                    candidates.within(Math.max(span.first(), from), last).ranges()) {
                addFirsts(calendar, range, seen, kept);
            }
        }
    }

    private void addFirsts(Calendar calendar, SequenceSet.Range range, Set<Period> seen, List<SequenceSet.Range> kept)
            throws IOException, DamagedException {
        int line = moment.lines().indexOf(range.first());
        long at = range.first();
        while (at <= range.last()) {
            long period = calendar.period(labels.utcMillis(at));
            if (seen.add(new Period(line, period))) {
                kept.add(single(at));
            }
            at = firstFrom(calendar.startMillis(period + 1), at + 1, range.last());
        }
    }

    /** Finds the first sequence of a range at a time or later, or the one behind the range. */
    private long firstFrom(long utcMillis, long first, long last) throws IOException, DamagedException {
        long low = first;
        long high = last + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (labels.utcMillis(middle) < utcMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void addMarkers(SequenceSet candidates, long behind, List<SequenceSet.Range> kept)
            throws IOException, DamagedException {
        long from = moment.olderThan(policy.markersMillis()) + 1;
        for (ProvenSpan span : moment.spans()) {
            SequenceSet looked = candidates.within(Math.max(span.first(), from), Math.min(span.last(), behind));
            for (SequenceSet.Range range : looked.ranges()) {
                labels.markers(range.first(), range.last()).forEach(sequence -> kept.add(single(sequence)));
            }
        }
    }
}
