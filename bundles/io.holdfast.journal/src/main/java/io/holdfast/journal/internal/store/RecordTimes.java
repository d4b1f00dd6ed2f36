package io.holdfast.journal.internal.store;

import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.Note;
import java.util.Optional;

/** The source's clock at single records of a batch. */
final class RecordTimes {

    private RecordTimes() {}

    /**
     * Tells the time of a sequence.
     *
     * @param header the block that has it
     * @param sequence which
     * @return milliseconds since 1970
     */
    static long at(BlockHeader header, long sequence) {
        for (Note note : header.notes()) {
            if (note instanceof Note.Entry(var entry)
                    && !(entry instanceof StreamRecord.Proof)
                    && entry.sequence() == sequence) {
                return entry.utcMillis();
            }
        }
        int low = 0;
        int high = header.extentCount();
        while (low < high) {
            int middle = low + high >>> 1;
            if (header.firstSequence() + Extent.sequenceDelta(header.extentSpan(middle)) < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < header.extentCount()
                ? header.firstUtcMillis() + Extent.timeDelta(header.extentSpan(low))
                : header.lastUtcMillis();
    }

    /**
     * Finds the marker at a sequence.
     *
     * @param header the block that has the sequence
     * @param sequence which
     * @return the marker, if the record is one
     */
    static Optional<StreamRecord.Marker> markerAt(BlockHeader header, long sequence) {
        for (Note note : header.notes()) {
            if (note instanceof Note.Entry(StreamRecord.Marker marker) && marker.sequence() == sequence) {
                return Optional.of(marker);
            }
        }
        return Optional.empty();
    }
}
