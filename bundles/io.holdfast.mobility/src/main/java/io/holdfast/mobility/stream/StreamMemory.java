package io.holdfast.mobility.stream;

import io.holdfast.base.stream.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a stream keeps in memory and what of it may go: records that are logged as soon as they are durable, and, when memory runs short, what
 * is only logged or only durable. Not thread-safe.
 */
public final class StreamMemory {

    /** A place between two records. */
    public record Place(RecordRing ring, long index) {}

    /** Records that follow each other, and the place behind them. */
    public record Stretch(Place end, List<StreamRecord> records) {}

    private final long bytesMax;
    private RecordRing ring = new RecordRing(1);
    private long loggedIndex;
    private long durableSequence;
    private long provenSequence;

    StreamMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void restart(long sequence) {
        ring = new RecordRing(sequence + 1);
        loggedIndex = 0;
        durableSequence = sequence;
        provenSequence = 0;
    }

    void add(StreamRecord entry) {
        ring.add(entry);
    }

    long firstSequence() {
        return ring.firstSequence();
    }

    /** Whether a write fits; one that is larger than the memory does when nothing else waits for the log. */
    boolean hasRoomFor(int dataBytes) {
        return makeRoom(bytesMax - dataBytes) || !hasUnlogged();
    }

    /** Whether less than half is in use, so that copies leave the other half to the guest. */
    boolean hasRoomForCopies() {
        return makeRoom(bytesMax / 2);
    }

    private boolean makeRoom(long upTo) {
        while (ring.bytes() > upTo
                && !isEmpty()
                && (ring.startIndex() < loggedIndex || isDone(ring.get(ring.startIndex())))) {
            ring.removeFirst();
        }
        loggedIndex = Math.max(loggedIndex, ring.startIndex());
        return ring.bytes() <= upTo;
    }

    private boolean isEmpty() {
        return ring.startIndex() == ring.endIndex();
    }

    boolean hasUnlogged() {
        return loggedIndex < ring.endIndex();
    }

    /** What is to be logged next; a disk table comes first or not at all, because files begin with it. */
    Stretch unlogged(long bytes) {
        Stretch stretch = stretch(loggedIndex, bytes);
        List<StreamRecord> entries = stretch.records();
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i) instanceof StreamRecord.Disks) {
                return new Stretch(new Place(ring, loggedIndex + i), entries.subList(0, i));
            }
        }
        return stretch;
    }

    void logged(Stretch stretch) {
        if (stretch.end().ring() == ring) {
            loggedIndex = Math.max(loggedIndex, stretch.end().index());
            dropDone();
        }
    }

    /** Drops what is durable already and would only be logged late. */
    void skipLogging() {
        while (!isEmpty() && isDone(ring.get(ring.startIndex()))) {
            ring.removeFirst();
        }
        loggedIndex = Math.max(loggedIndex, ring.startIndex());
    }

    void durable(long sequence, long proven) {
        durableSequence = Math.max(durableSequence, sequence);
        provenSequence = Math.max(provenSequence, proven);
        dropDone();
    }

    private void dropDone() {
        while (ring.startIndex() < loggedIndex && isDone(ring.get(ring.startIndex()))) {
            ring.removeFirst();
        }
    }

    private boolean isDone(StreamRecord entry) {
        return entry.sequence() <= (entry instanceof StreamRecord.Proof ? provenSequence : durableSequence);
    }

    Optional<Stretch> after(Place place, long bytes) {
        return place.ring() != ring || place.index() < ring.startIndex()
                ? Optional.empty()
                : Optional.of(stretch(place.index(), bytes));
    }

    Optional<Place> placeOf(long sequence) {
        return sequence < ring.firstSequence()
                ? Optional.empty()
                : Optional.of(new Place(ring, ring.indexFor(sequence)));
    }

    private Stretch stretch(long index, long bytes) {
        List<StreamRecord> entries = new ArrayList<>();
        long total = 0;
        long at = index;
        while (at < ring.endIndex() && total < bytes) {
            StreamRecord entry = ring.get(at);
            entries.add(entry);
            total += RecordRing.bytesOf(entry);
            at++;
        }
        return new Stretch(new Place(ring, at), entries);
    }
}
