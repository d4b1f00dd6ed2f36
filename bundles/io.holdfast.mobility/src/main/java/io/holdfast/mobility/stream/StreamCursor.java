package io.holdfast.mobility.stream;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.changelog.LogReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks a stream from a sequence on: from memory where it is there, else from the change log. One thread, which is the one that releases the
 * log.
 */
final class StreamCursor {

    private final Sequencer sequencer;
    private final ChangeLog log;
    private long nextSequence;
    private StreamMemory.@Nullable Place place;
    private @Nullable LogReader reader;

    StreamCursor(Sequencer sequencer, ChangeLog log, long fromSequence) {
        this.sequencer = sequencer;
        this.log = log;
        this.nextSequence = fromSequence;
    }

    /** Whether the stream can be walked from here without a hole. */
    static boolean canReach(Sequencer sequencer, ChangeLog log, long fromSequence) {
        boolean inMemory = sequencer.firstSequence() <= fromSequence;
        boolean inLog = log.firstSequence() <= fromSequence && log.loggedSequence() + 1 >= sequencer.firstSequence();
        return inMemory || inLog;
    }

    /** The sequence of the next numbered record. */
    long nextSequence() {
        return nextSequence;
    }

    /**
     * Gives the next records, possibly none.
     *
     * @throws HoldfastException LOG_DAMAGED or DISK_ERROR when they are neither in memory nor readable
     */
    List<StreamRecord> next(long bytesMax) {
        List<StreamRecord> records = fromMemory(bytesMax).orElseGet(() -> fromLog(bytesMax));
        for (StreamRecord entry : records) {
            if (!(entry instanceof StreamRecord.Proof)) {
                nextSequence = entry.sequence() + 1;
            }
        }
        return records;
    }

    private Optional<List<StreamRecord>> fromMemory(long bytesMax) {
        StreamMemory.Place known = place;
        Optional<StreamMemory.Stretch> stretch = known == null ? Optional.empty() : sequencer.after(known, bytesMax);
        if (stretch.isEmpty()) {
            stretch = sequencer.placeOf(nextSequence).flatMap(found -> sequencer.after(found, bytesMax));
        }
        if (stretch.isEmpty()) {
            place = null;
            return Optional.empty();
        }
        place = stretch.get().end();
        reader = null;
        return Optional.of(stretch.get().records());
    }

    private List<StreamRecord> fromLog(long bytesMax) {
        LogReader current = reader;
        if (current == null) {
            current = log.read(nextSequence);
            reader = current;
        }
        List<StreamRecord> records = current.next(bytesMax);
        if (records.isEmpty() && sequencer.firstSequence() > nextSequence) {
            throw new HoldfastException(
                    ErrorCode.LOG_DAMAGED,
                    "change log",
                    "sequence " + nextSequence + " is neither there nor in memory");
        }
        return records;
    }
}
