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
import io.holdfast.journal.internal.read.BlockTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The points of one history. */
final class HistoryPoints implements Points {

    private final History history;
    private final SegmentLeases leases;

    HistoryPoints(History history, SegmentLeases leases) {
        this.history = history;
        this.leases = leases;
    }

    @Override
    public List<PointInterval> intervals(long fromUtcMillis, long toUtcMillis, int countMax) {
        requireCount(countMax);
        List<ProvenSpan> spans = history.spansBetween(0, Long.MAX_VALUE);
        List<PointInterval> found = new ArrayList<>();
        for (int index = spans.size() - 1; index >= 0 && found.size() < countMax; index--) {
            ProvenSpan span = spans.get(index);
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
        return collect(fromUtcMillis, toUtcMillis, countMax, note -> note instanceof Note.Entry(StreamRecord.Proof _));
    }

    @Override
    public List<RecoveryPoint> markers(long fromUtcMillis, long toUtcMillis, int countMax) {
        return collect(fromUtcMillis, toUtcMillis, countMax, note -> note instanceof Note.Entry(StreamRecord.Marker _));
    }

    private interface Filter {

        boolean accepts(Note note);
    }

    /** Goes from the newest segment to older ones until enough points within the window are found. */
    private List<RecoveryPoint> collect(long fromUtcMillis, long toUtcMillis, int countMax, Filter filter) {
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
        return List.copyOf(found.values());
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
                if (!found.containsKey(sequence) && history.spanOf(sequence).isPresent()) {
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
            List<ProvenSpan> spans = history.spansBetween(stretch.first(), stretch.last());
            for (ProvenSpan span : spans.reversed()) {
                any = true;
                long last = Math.min(span.last(), stretch.last());
                Optional<Long> found = newestUpTo(utcMillis, span.first(), last);
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
        Optional<BlockHeader> logged = history.loggedHeader(sequence);
        if (logged.isPresent()) {
            return logged.get();
        }
        Segment segment = history.segmentOf(sequence).orElseThrow(() -> notFound("sequence " + sequence));
        return reading(segment, lease -> {
            BlockTable table = lease.reader().table();
            int place = table.find(sequence);
            if (place < 0) {
                throw DamagedException.damaged("no block of " + segment.path() + " has sequence " + sequence);
            }
            return lease.reader().block(place).header();
        });
    }

    private interface Reading<T> {

        T read(SegmentLeases.Lease lease) throws IOException, DamagedException;
    }

    private <T> T reading(Segment segment, Reading<T> reading) {
        try (SegmentLeases.Lease lease = leases.lease(segment)) {
            return reading.read(lease);
        } catch (IOException | DamagedException e) {
            ErrorCode code = e instanceof DamagedException ? ErrorCode.STORE_DAMAGED : ErrorCode.DISK_ERROR;
            throw new HoldfastException(code, segment.path(), "cannot be read: " + e.getMessage(), e);
        }
    }
}
