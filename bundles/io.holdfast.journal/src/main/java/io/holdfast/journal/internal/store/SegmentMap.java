package io.holdfast.journal.internal.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The segments of one history by number, by sequence and by time. Not thread-safe: its history guards it. */
final class SegmentMap {

    private final TreeMap<Long, Segment> byNumber = new TreeMap<>();
    private final TreeMap<Long, Segment> byFirstSequence = new TreeMap<>();
    private final TreeMap<Long, Segment> unsealed = new TreeMap<>();
    private final TimeIndex sealedTimes = new TimeIndex();
    private SegmentBytes sealedBytes = SegmentBytes.NONE;

    /** Adds a segment, sealed or not. Of segments with the same first sequence only the newest can have any. */
    void add(Segment segment) {
        byNumber.put(segment.number(), segment);
        byFirstSequence.put(segment.firstSequence(), segment);
        if (segment.isSealed()) {
            countSealed(segment);
        } else {
            unsealed.put(segment.number(), segment);
        }
    }

    /** Notes that a segment has got its index. */
    void sealed(Segment segment) {
        unsealed.remove(segment.number());
        countSealed(segment);
    }

    /** Leaves a sealed segment's bytes out of the sum, while it becomes shorter. */
    void uncount(Segment segment) {
        sealedBytes = sealedBytes.minus(segment);
    }

    /** Takes a sealed segment's bytes into the sum. */
    void count(Segment segment) {
        sealedBytes = sealedBytes.plus(segment);
    }

    private void countSealed(Segment segment) {
        count(segment);
        sealedTimes.put(Math.toIntExact(segment.number()), segment.firstUtcMillis(), segment.lastUtcMillis());
    }

    @Nullable
    Segment newest() {
        return byNumber.isEmpty() ? null : byNumber.lastEntry().getValue();
    }

    Optional<Segment> get(long number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    Collection<Segment> all() {
        return byNumber.values();
    }

    Collection<Segment> unsealed() {
        return unsealed.values();
    }

    /** Lists segments from a number on whose first sequence is not behind a given one. */
    List<Segment> from(long number, long lastSequence) {
        return byNumber.tailMap(number, true).values().stream()
                .takeWhile(segment -> segment.firstSequence() <= lastSequence)
                .toList();
    }

    Optional<Segment> of(long sequence) {
        Map.Entry<Long, Segment> entry = byFirstSequence.floorEntry(sequence);
        return entry != null && entry.getValue().lastSequence() >= sequence
                ? Optional.of(entry.getValue())
                : Optional.empty();
    }

    /** Lists the segments that have a sequence of a range, oldest first. */
    List<Segment> between(long firstSequence, long lastSequence) {
        List<Segment> found = new ArrayList<>();
        Long start = byFirstSequence.floorKey(firstSequence);
        for (Segment segment : byFirstSequence
                .subMap(start == null ? firstSequence : start, true, lastSequence, true)
                .values()) {
            if (segment.lastSequence() >= firstSequence) {
                found.add(segment);
            }
        }
        return found;
    }

    /** Finds the newest segment, up to a number, with a record within a window of time. */
    Optional<Segment> newestTouching(long number, long fromUtcMillis, long toUtcMillis) {
        int sealed =
                sealedTimes.newestTouching((int) Math.min(Integer.MAX_VALUE - 1, number), fromUtcMillis, toUtcMillis);
        for (Segment segment : unsealed.headMap(number, true).descendingMap().values()) {
            if (segment.number() < sealed) {
                break;
            }
            if (segment.touches(fromUtcMillis, toUtcMillis)) {
                return Optional.of(segment);
            }
        }
        return get(sealed);
    }

    /** What all segments hold and take. */
    SegmentBytes bytes() {
        SegmentBytes bytes = sealedBytes;
        for (Segment segment : unsealed.values()) {
            bytes = bytes.plus(segment);
        }
        return bytes;
    }
}
