package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.PointInterval;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.ProvenSpan;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The points of one history. */
final class HistoryPoints implements Points {

    private final History history;
    private final SegmentLeases leases;
    private final RecordHeaders headers;

    HistoryPoints(History history, SegmentLeases leases) {
        this.history = history;
        this.leases = leases;
        this.headers = new RecordHeaders(history, leases);
    }

    /** The points of some sequences, newest first: what is proven and not retired. */
    private List<ProvenSpan> keptSpans(long first, long last) {
        SequenceSet retired = history.retention().retired();
        List<ProvenSpan> kept = new ArrayList<>();
        for (ProvenSpan span : history.spansBetween(first, last).reversed()) {
            long from = Math.max(first, span.first());
            long to = Math.min(last, span.last());
            for (SequenceSet.Range range : retired.gapsWithin(from, to).reversed()) {
                kept.add(new ProvenSpan(span.epoch(), range.first(), range.last()));
            }
        }
        return kept;
    }

    @Override
    public List<PointInterval> intervals(long fromUtcMillis, long toUtcMillis, int countMax) {
        requireCount(countMax);
        List<PointInterval> found = new ArrayList<>();
        for (ProvenSpan span : keptSpans(1, Long.MAX_VALUE)) {
            if (found.size() == countMax) {
                break;
            }
            long first = timeOf(span.first());
            long last = timeOf(span.last());
            if (first <= toUtcMillis && last >= fromUtcMillis) {
                found.add(new PointInterval(
                        new Position(span.epoch(), span.first()),
                        new Position(span.epoch(), span.last()),
                        first,
                        last));
            }
        }
        return found.reversed();
    }

    @Override
    public List<RecoveryPoint> list(long fromUtcMillis, long toUtcMillis, int countMax) {
        TreeMap<Long, RecoveryPoint> found =
                collect(fromUtcMillis, toUtcMillis, countMax, note -> note instanceof Note.Entry(StreamRecord.Proof _));
        addThinned(fromUtcMillis, toUtcMillis, countMax, found);
        while (found.size() > countMax) {
            found.pollFirstEntry();
        }
        return List.copyOf(found.values());
    }

    /** Where history is thinned, a kept point need not be one that a proof named: the first of each stretch is listed. */
    private void addThinned(long fromUtcMillis, long toUtcMillis, int countMax, TreeMap<Long, RecoveryPoint> found) {
        SequenceSet retired = history.retention().retired();
        if (retired.isEmpty()) {
            return;
        }
        int added = 0;
        for (ProvenSpan span : keptSpans(1, retired.ranges().getLast().last())) {
            if (added == countMax) {
                return;
            }
            RecoveryPoint point = at(span.first());
            if (point.utcMillis() >= fromUtcMillis && point.utcMillis() <= toUtcMillis) {
                found.put(span.first(), point);
                added++;
            }
        }
    }

    @Override
    public List<RecoveryPoint> markers(long fromUtcMillis, long toUtcMillis, int countMax) {
        TreeMap<Long, RecoveryPoint> found = collect(
                fromUtcMillis, toUtcMillis, countMax, note -> note instanceof Note.Entry(StreamRecord.Marker _));
        return List.copyOf(found.values());
    }

    private interface Filter {

        boolean accepts(Note note);
    }

    /** Goes from the newest segment to older ones until enough points within the window are found. */
    private TreeMap<Long, RecoveryPoint> collect(long fromUtcMillis, long toUtcMillis, int countMax, Filter filter) {
        requireCount(countMax);
        TreeMap<Long, RecoveryPoint> found = new TreeMap<>();
        List<Note> newest = new ArrayList<>();
        history.loggedHeaders().forEach(header -> newest.addAll(header.notes()));
        collectFrom(newest, fromUtcMillis, toUtcMillis, countMax, filter, found);
        List<Segment> segments = history.segments();
        for (int index = segments.size() - 1; index >= 0 && found.size() < countMax; index--) {
            Segment segment = segments.get(index);
            if (segment.touches(fromUtcMillis, Long.MAX_VALUE)) {
                List<Note> notes = reading(
                        segment,
                        lease -> lease.notes().stream().map(PlacedNote::note).toList());
                collectFrom(notes, fromUtcMillis, toUtcMillis, countMax, filter, found);
            }
        }
        return found;
    }

    private void collectFrom(
            List<Note> notes,
            long fromUtcMillis,
            long toUtcMillis,
            int countMax,
            Filter filter,
            TreeMap<Long, RecoveryPoint> found) {
        for (int index = notes.size() - 1; index >= 0 && found.size() < countMax; index--) {
            if (filter.accepts(notes.get(index)) && notes.get(index) instanceof Note.Entry(var entry)) {
                long sequence = entry.sequence();
                boolean kept = history.spanOf(sequence).isPresent()
                        && !history.retention().isRetired(sequence);
                if (kept && !found.containsKey(sequence)) {
                    RecoveryPoint point = at(sequence);
                    if (point.utcMillis() >= fromUtcMillis && point.utcMillis() <= toUtcMillis) {
                        found.put(sequence, point);
                    }
                }
            }
        }
    }

    private static void requireCount(int countMax) {
        if (countMax < 1 || countMax > COUNT_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "countMax", countMax + " given; expected 1 to " + COUNT_MAX);
        }
    }

    @Override
    public Optional<RecoveryPoint> latestProven() {
        long proven = history.durable().provenSequence();
        return proven == 0 ? Optional.empty() : Optional.of(at(proven));
    }

    @Override
    public Optional<RecoveryPoint> latest() {
        return history.resolve(history.durable().position())
                .filter(position -> position.sequence() > 0)
                .map(position -> at(position.sequence()));
    }

    @Override
    public RecoveryPoint atOrBefore(long utcMillis) {
        HistoryState durable = history.durable();
        Position head = history.resolve(durable.position()).orElse(Position.ORIGIN);
        boolean any = false;
        for (Lineage.Stretch stretch : history.lineage().path(head.sequence())) {
            for (ProvenSpan span : keptSpans(stretch.first(), stretch.last())) {
                any = true;
                Optional<Long> found = newestUpTo(utcMillis, span.first(), span.last());
                if (found.isPresent()) {
                    return at(found.get());
                }
            }
        }
        throw new HoldfastException(
                any ? ErrorCode.POINT_OLDER_THAN_HISTORY : ErrorCode.POINT_NOT_FOUND,
                "machine " + history.machine(),
                any
                        ? "has no point at " + utcMillis + " or before; its history starts later"
                        : "has no proven point yet");
    }

    /** Finds the newest sequence of a range at a time or before; times never go back within an epoch. */
    private Optional<Long> newestUpTo(long utcMillis, long first, long last) {
        if (timeOf(first) > utcMillis) {
            return Optional.empty();
        }
        if (timeOf(last) <= utcMillis) {
            return Optional.of(last);
        }
        long low = first;
        long high = last;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (timeOf(middle) <= utcMillis) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Optional.of(low);
    }

    @Override
    public RecoveryPoint at(long sequence) {
        requireDurable(sequence);
        history.retention().requireKept("point " + sequence + " of machine " + history.machine(), sequence);
        BlockHeader header = headerOf(sequence);
        Optional<StreamRecord.Marker> marker = RecordTimes.markerAt(header, sequence);
        return new RecoveryPoint(
                new Position(header.epoch(), sequence),
                RecordTimes.at(header, sequence),
                history.spanOf(sequence).isPresent(),
                marker.map(StreamRecord.Marker::kind).orElse(MarkerKind.CRASH_CONSISTENT),
                marker.map(StreamRecord.Marker::label).orElse(""));
    }

    @Override
    public RecoveryPoint at(Position position) {
        Optional<Position> resolved = history.resolve(position).filter(found -> found.sequence() > 0);
        if (resolved.isEmpty()) {
            throw notFound(position.toString());
        }
        return at(resolved.get().sequence());
    }

    private void requireDurable(long sequence) {
        if (sequence < 1 || sequence > history.durable().sequence()) {
            throw notFound("sequence " + sequence);
        }
    }

    private HoldfastException notFound(String what) {
        return new HoldfastException(
                ErrorCode.POINT_NOT_FOUND,
                "point " + what,
                "is not in the history of machine " + history.machine() + "; its head is "
                        + history.durable().position());
    }

    private long timeOf(long sequence) {
        return RecordTimes.at(headerOf(sequence), sequence);
    }

    private BlockHeader headerOf(long sequence) {
        try {
            return headers.of(sequence);
        } catch (IOException | DamagedException e) {
            throw unreadable("sequence " + sequence + " of machine " + history.machine(), e);
        }
    }

    private static HoldfastException unreadable(String what, Exception cause) {
        ErrorCode code = cause instanceof DamagedException ? ErrorCode.STORE_DAMAGED : ErrorCode.DISK_ERROR;
        return new HoldfastException(code, what, "cannot be read: " + cause.getMessage(), cause);
    }

    private interface Reading<T> {

        T read(SegmentLeases.Lease lease) throws IOException, DamagedException;
    }

    private <T> T reading(Segment segment, Reading<T> reading) {
        try (SegmentLeases.Lease lease = leases.lease(segment)) {
            return reading.read(lease);
        } catch (IOException | DamagedException e) {
            throw unreadable(segment.path(), e);
        }
    }
}
