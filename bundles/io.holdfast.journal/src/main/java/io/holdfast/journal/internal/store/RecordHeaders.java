package io.holdfast.journal.internal.store;

import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.read.BlockTable;
import io.holdfast.journal.internal.retain.PointLabels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the headers of durable blocks, and in them what the source said about its records. Thread-safe. */
final class RecordHeaders implements PointLabels {

    /** Of fewer sequences than this every header is looked at, of more the notes of their segments. */
    private static final int FEW = 64;

    private final History history;
    private final SegmentLeases leases;

    RecordHeaders(History history, SegmentLeases leases) {
        this.history = history;
        this.leases = leases;
    }

    /** Finds the header of the block that has a durable sequence. */
    BlockHeader of(long sequence) throws IOException, DamagedException {
        Optional<BlockHeader> logged = history.loggedHeader(sequence);
        if (logged.isPresent()) {
            return logged.get();
        }
        Segment segment = history.segmentOf(sequence)
                .orElseThrow(() -> DamagedException.damaged("no segment has sequence " + sequence));
        try (SegmentLeases.Lease lease = leases.lease(segment)) {
            BlockTable table = lease.reader().table();
            int place = table.find(sequence);
            if (place < 0) {
                throw DamagedException.damaged("no block of " + segment.path() + " has sequence " + sequence);
            }
            return lease.reader().block(place).header();
        }
    }

    @Override
    public long utcMillis(long sequence) throws IOException, DamagedException {
        return RecordTimes.at(of(sequence), sequence);
    }

    @Override
    public List<Long> markers(long first, long last) throws IOException, DamagedException {
        List<Long> found = new ArrayList<>();
        if (last - first < FEW) {
            for (long sequence = first; sequence <= last; sequence++) {
                if (RecordTimes.markerAt(of(sequence), sequence).isPresent()) {
                    found.add(sequence);
                }
            }
            return found;
        }
        history.loggedHeaders().forEach(header -> header.notes().forEach(note -> addMarker(note, first, last, found)));
        for (Segment segment : history.segmentsWith(first, last)) {
            try (SegmentLeases.Lease lease = leases.lease(segment)) {
                lease.notes().forEach(placed -> addMarker(placed.note(), first, last, found));
            }
        }
        return found;
    }

    private static void addMarker(Note note, long first, long last, List<Long> found) {
        if (note instanceof Note.Entry(StreamRecord.Marker marker)
                && marker.sequence() >= first
                && marker.sequence() <= last) {
            found.add(marker.sequence());
        }
    }
}
