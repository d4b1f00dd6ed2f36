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
        List<ProvenSpan> kept = new ArrayList<>();
        if (first > last) {
            return kept;
        }
        SequenceSet retired = history.retention().retired();
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
            if (!mayTouch(span, fromUtcMillis, toUtcMillis)) {
                continue;
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

    /** Tells by what is in memory of segments whether a stretch can have begun before the end of a window and ended behind its start. */
    private boolean mayTouch(ProvenSpan span, long fromUtcMillis, long toUtcMillis) {
        Optional<Segment> first = history.segmentOf(span.first());
        Optional<Segment> last = history.segmentOf(span.last());
        return (first.isEmpty() || first.get().firstUtcMillis() <= toUtcMillis)
                && (last.isEmpty() || last.get().lastUtcMillis() >= fromUtcMillis);
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
            boolean inWindow = history.segmentOf(span.first())
                    .map(segment -> segment.touches(fromUtcMillis, toUtcMillis))
                    .orElse(true);
            if (inWindow) {
                RecoveryPoint point = at(span.first());
                if (point.utcMillis() >= fromUtcMillis && point.utcMillis() <= toUtcMillis) {
                    found.put(span.first(), point);
                    added++;
                }
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

    /** Goes from the newest segment within the window to older ones until enough points are found. */
    private TreeMap<Long, RecoveryPoint> collect(long fromUtcMillis, long toUtcMillis, int countMax, Filter filter) {
        requireCount(countMax);
        TreeMap<Long, RecoveryPoint> found = new TreeMap<>();
        List<Note> newest = new ArrayList<>();
        history.loggedHeaders().forEach(header -> newest.addAll(header.notes()));
        collectFrom(newest, fromUtcMillis, toUtcMillis, countMax, filter, found);
        long end = history.nextSegmentNumber();
        while (found.size() < countMax) {
            Optional<Segment> touching = history.newestSegmentTouching(end - 1, fromUtcMillis, toUtcMillis);
            if (touching.isEmpty()) {
                break;
            }
            long last = Math.min(end - 1, lastWithProofsOf(touching.get()));
            for (end = last + 1; end > touching.get().number(); end--) {
                Optional<Segment> segment = history.segment(end - 1);
                if (segment.isPresent()) {
                    List<Note> notes = reading(
                            segment.get(),
                            lease ->
                                    lease.notes().stream().map(PlacedNote::note).toList());
                    collectFrom(notes, fromUtcMillis, toUtcMillis, countMax, filter, found);
                }
            }
        }
        return found;
    }

    /** Proofs of a segment's records may lie behind it: up to where they are all proven. */
    private long lastWithProofsOf(Segment segment) {
        long number = segment.number();
        Optional<Segment> next = history.segment(number + 1);
        while (next.isPresent() && next.get().provenBefore() < segment.lastSequence()) {
            number++;
            next = history.segment(number + 1);
        }
        return number;
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
        if (proven == 0) {
            return Optional.empty();
        }
        return history.retention().isRetired(proven) ? latestKept() : Optional.of(at(proven));
    }

    /** Where history branched at a position that no point is, the newest point before it may have been retired by then. */
    private Optional<RecoveryPoint> latestKept() {
        Position head = history.resolve(history.durable().position()).orElse(Position.ORIGIN);
        return history.lineage().path(head.sequence()).stream()
                .flatMap(stretch -> keptSpans(stretch.first(), stretch.last()).stream())
                .findFirst()
                .map(span -> at(span.last()));
    }

    @Override
    public Optional<RecoveryPoint> latest() {
        return history.resolve(history.durable().position())
                .filter(position -> position.sequence() > 0)
                .map(position -> at(position.sequence()));
    }

    @Override
    public RecoveryPoint atOrBefore(long utcMillis) {
        Position head = history.resolve(history.durable().position()).orElse(Position.ORIGIN);
        List<Lineage.Stretch> path = history.lineage().path(head.sequence());
        for (Lineage.Stretch stretch : path) {
            Optional<Long> found = newestUpTo(utcMillis, stretch);
            if (found.isPresent()) {
                return at(found.get());
            }
        }
        boolean any = path.stream()
                .anyMatch(stretch ->
                        history.newestSpanIn(stretch.first(), stretch.last()).isPresent());
        throw new HoldfastException(
                any ? ErrorCode.POINT_OLDER_THAN_HISTORY : ErrorCode.POINT_NOT_FOUND,
                "machine " + history.machine(),
                any
                        ? "has no point at " + utcMillis + " or before; its history starts later"
                        : "has no proven point yet");
    }

    /** Looks at what lies in the log alone, then at those segments that have a record at the time or before, the newest first. */
    private Optional<Long> newestUpTo(long utcMillis, Lineage.Stretch stretch) {
        long written = history.writtenState().sequence();
        Optional<Long> found = newestPoint(utcMillis, Math.max(stretch.first(), written + 1), stretch.last());
        long number = history.nextSegmentNumber() - 1;
        if (stretch.last() <= written) {
            number = history.segmentOf(stretch.last()).map(Segment::number).orElse(number);
        }
        while (found.isEmpty()) {
            Optional<Segment> segment = history.newestSegmentTouching(number, Long.MIN_VALUE, utcMillis);
            if (segment.isEmpty() || segment.get().lastSequence() < stretch.first()) {
                return Optional.empty();
            }
            long first = Math.max(stretch.first(), segment.get().firstSequence());
            long last = Math.min(stretch.last(), segment.get().lastSequence());
            found = newestPoint(utcMillis, first, last);
            number = segment.get().number() - 1;
        }
        return found;
    }

    private Optional<Long> newestPoint(long utcMillis, long first, long last) {
        return keptSpans(first, last).stream()
                .map(span -> newestUpTo(utcMillis, span.first(), span.last()))
                .flatMap(Optional::stream)
                .findFirst();
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
