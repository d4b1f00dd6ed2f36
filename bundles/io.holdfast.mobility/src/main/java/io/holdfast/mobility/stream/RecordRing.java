package io.holdfast.mobility.stream;

import io.holdfast.base.stream.StreamRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest records of a stream, in memory, each at an index that it keeps for ever. Sequences of numbered records follow each other
 * without a gap. Not thread-safe.
 */
final class RecordRing {

    /** What a record takes beside its data, roughly. */
    private static final int RECORD_BYTES = 160;

    private static final int SLOTS_FIRST = 64;

    private @Nullable StreamRecord[] slots = new @Nullable StreamRecord[SLOTS_FIRST];
    private long start;
    private long end;
    private long bytes;
    private long firstSequence;

    /** Begins empty. */
    RecordRing(long firstSequence) {
        this.firstSequence = firstSequence;
    }

    static long bytesOf(StreamRecord entry) {
        return RECORD_BYTES
                + (entry instanceof StreamRecord.Change change ? change.data().remaining() : 0);
    }

    void add(StreamRecord entry) {
        if (end - start == slots.length) {
            grow();
        }
        slots[slot(end)] = entry;
        end++;
        bytes += bytesOf(entry);
    }

    private void grow() {
        @Nullable StreamRecord[] larger = Arrays.copyOf(slots, slots.length * 2);
        for (long index = start; index < end; index++) {
            larger[(int) (index & larger.length - 1)] = slots[slot(index)];
        }
        for (long index = end; index < start + larger.length; index++) {
            larger[(int) (index & larger.length - 1)] = null;
        }
        slots = larger;
    }

    StreamRecord get(long index) {
        StreamRecord entry = index >= start && index < end ? slots[slot(index)] : null;
        if (entry == null) {
            throw new IndexOutOfBoundsException("index " + index + " of " + start + " to " + end);
        }
        return entry;
    }

    void removeFirst() {
        StreamRecord entry = get(start);
        slots[slot(start)] = null;
        start++;
        bytes -= bytesOf(entry);
        if (!(entry instanceof StreamRecord.Proof)) {
            firstSequence = entry.sequence() + 1;
        }
    }

    private int slot(long index) {
        return (int) (index & slots.length - 1);
    }

    long startIndex() {
        return start;
    }

    long endIndex() {
        return end;
    }

    long bytes() {
        return bytes;
    }

    /** The lowest sequence that is here, or that would come next when none is. */
    long firstSequence() {
        return firstSequence;
    }

    /**
     * Finds where a sequence begins, with the proofs that lie right before it.
     *
     * @param sequence at least {@link #firstSequence}
     * @return the index behind the record of the sequence before
     */
    long indexFor(long sequence) {
        long index = end;
        while (index > start) {
            StreamRecord entry = get(index - 1);
            if (!(entry instanceof StreamRecord.Proof) && entry.sequence() < sequence) {
                return index;
            }
            index--;
        }
        return index;
    }
}
