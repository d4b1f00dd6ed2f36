package io.holdfast.journal.internal.build;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.NoteCodec;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A batch while it is filled: extents, notes and plaintext, cut but neither hashed nor compressed. Filled by one thread, then handed on whole.
 */
final class BatchDraft {

    /** A batch of small changes ends here, so that its header stays well below its payload. */
    static final int EXTENTS_FULL = 16 << 10;

    static final int NOTE_BYTES_FULL = 64 << 10;

    private static final int TIME_SPAN_MILLIS_MAX = 0xFFFF;
    private static final int WORDS_AT_FIRST = 64;
    private static final int BLOCK_BYTES = BlockHash.BLOCK_BYTES;
    private static final MemorySegment ZEROES = MemorySegment.ofArray(new byte[BLOCK_BYTES]);

    final BufferPool pool;
    final int plaintextBytesMax;
    private final int plaintextBytesExpected;
    final long firstSequence;
    byte[] plaintext = {};
    int plaintextLength;
    long[] words = new long[WORDS_AT_FIRST];
    int extents;
    int hashes;
    int sequences;
    int noteCount;
    final ByteArrayOutputStream notes = new ByteArrayOutputStream(0);
    long firstUtcMillis;
    long lastUtcMillis;

    /** An empty draft takes no memory; the first data takes as much as is expected to come. */
    BatchDraft(
            BufferPool pool,
            int plaintextBytesMax,
            int plaintextBytesExpected,
            long firstSequence,
            long lastUtcMillis) {
        this.pool = pool;
        this.plaintextBytesMax = plaintextBytesMax;
        this.plaintextBytesExpected = Math.min(plaintextBytesExpected, plaintextBytesMax);
        this.firstSequence = firstSequence;
        this.lastUtcMillis = lastUtcMillis;
    }

    boolean isEmpty() {
        return sequences == 0 && noteCount == 0;
    }

    boolean isFull() {
        return plaintextLength >= plaintextBytesMax
                || extents >= EXTENTS_FULL
                || sequences >= BlockLayout.SEQUENCES_MAX
                || notes.size() >= NOTE_BYTES_FULL;
    }

    /** Tells whether a record fits; an empty batch takes any. */
    boolean hasRoomFor(StreamRecord streamRecord) {
        if (isEmpty()) {
            return true;
        }
        if (isFull() || Math.max(streamRecord.utcMillis(), lastUtcMillis) - firstUtcMillis > TIME_SPAN_MILLIS_MAX) {
            return false;
        }
        if (!(streamRecord instanceof StreamRecord.Change change) || change.kind() != ExtentKind.DATA) {
            return true;
        }
        return change.length() <= plaintextBytesMax - plaintextLength
                && extents + change.length() / BLOCK_BYTES + 2 <= EXTENTS_FULL;
    }

    /** Starts a record: its time counts, and its sequence if it takes one. */
    private int begin(long utcMillis, boolean takesSequence) {
        long clamped = Math.max(utcMillis, lastUtcMillis);
        if (isEmpty()) {
            firstUtcMillis = clamped;
        }
        lastUtcMillis = clamped;
        if (takesSequence) {
            sequences++;
        }
        return (int) (clamped - firstUtcMillis);
    }

    void addNote(Note.Entry note, boolean takesSequence) {
        begin(note.record().utcMillis(), takesSequence);
        notes.writeBytes(NoteCodec.encode(clamped(note)));
        noteCount++;
    }

    private Note.Entry clamped(Note.Entry note) {
        long utc = lastUtcMillis;
        return new Note.Entry(
                switch (note.record()) {
                    case StreamRecord.Change change -> change;
                    case StreamRecord.Proof r -> new StreamRecord.Proof(r.sequence(), utc, r.monotonicNanos());
                    case StreamRecord.Gap r -> new StreamRecord.Gap(r.sequence(), utc, r.cause(), r.detail());
                    case StreamRecord.Ready r -> new StreamRecord.Ready(r.sequence(), utc);
                    case StreamRecord.Marker r -> new StreamRecord.Marker(r.sequence(), utc, r.kind(), r.label());
                    case StreamRecord.Disks r -> new StreamRecord.Disks(r.sequence(), utc, r.table());
                });
    }

    void addChange(StreamRecord.Change change) {
        int timeDelta = begin(change.utcMillis(), true);
        boolean copy = change.origin() == ChangeOrigin.COPY;
        if (change.kind() == ExtentKind.DATA) {
            addData(change, copy, timeDelta);
        } else {
            addEmpty(change.disk(), change.offset(), change.length(), change.kind(), copy, timeDelta);
        }
    }

    /** Adds a range without bytes: up to the first whole MiB, several whole ones as one wide extent, the rest. */
    private void addEmpty(int disk, long offset, long length, ExtentKind kind, boolean copy, int timeDelta) {
        long end = offset + length;
        long at = offset;
        while (at < end) {
            long whole = (end - at) / Extent.BORDER_BYTES;
            if (at % Extent.BORDER_BYTES == 0 && whole > 1) {
                addWords(Extent.place(disk, at, kind, copy, true), (int) whole, timeDelta);
                at += whole * Extent.BORDER_BYTES;
            } else {
                int piece = (int) Math.min(end - at, Extent.BORDER_BYTES - at % Extent.BORDER_BYTES);
                addWords(Extent.place(disk, at, kind, copy, false), piece, timeDelta);
                at += piece;
            }
        }
    }

    /** Clears what a disk lost when it shrank, at the sequence of the table that says so. */
    void addLost(int disk, long offset, long length) {
        addEmpty(disk, offset, length, ExtentKind.DISCARD, false, (int) (lastUtcMillis - firstUtcMillis));
    }

    private void addData(StreamRecord.Change change, boolean copy, int timeDelta) {
        int length = (int) change.length();
        int needed = plaintextLength + length;
        if (needed > plaintext.length) {
            byte[] larger = pool.take(Math.max(needed, plaintextBytesExpected));
            System.arraycopy(plaintext, 0, larger, 0, plaintextLength);
            pool.give(plaintext);
            plaintext = larger;
        }
        cutData(change, length, copy, timeDelta);
    }

    /**
     * Makes extents of data and takes in its bytes: no extent crosses a MiB, whole blocks of zeroes become zero extents and are never copied.
     */
    private void cutData(StreamRecord.Change change, int length, boolean copy, int timeDelta) {
        MemorySegment data = MemorySegment.ofBuffer(change.data());
        long offset = change.offset();
        int done = 0;
        while (done < length) {
            int room = (int) Math.min(length - done, Extent.BORDER_BYTES - (offset + done) % Extent.BORDER_BYTES);
            boolean zero = isZeroBlock(data, offset + done, done, room);
            int run = 0;
            do {
                run += (int) Math.min(room - run, BLOCK_BYTES - (offset + done + run) % BLOCK_BYTES);
            } while (run < room && isZeroBlock(data, offset + done + run, done + run, room - run) == zero);
            ExtentKind kind = zero ? ExtentKind.ZERO : ExtentKind.DATA;
            addWords(Extent.place(change.disk(), offset + done, kind, copy, false), run, timeDelta);
            if (!zero) {
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, done, plaintext, plaintextLength, run);
                plaintextLength += run;
            }
            done += run;
        }
    }

    /** Looks at one word first: nearly all data that is not zero ends there. */
    private static boolean isZeroBlock(MemorySegment data, long diskOffset, long at, int room) {
        return diskOffset % BLOCK_BYTES == 0
                && room >= BLOCK_BYTES
                && data.get(ValueLayout.JAVA_LONG_UNALIGNED, at) == 0
                && MemorySegment.mismatch(data, at, at + BLOCK_BYTES, ZEROES, 0, BLOCK_BYTES) < 0;
    }

    private void addWords(long place, int length, int timeDelta) {
        if (2 * extents == words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        long span = Extent.span(length, sequences - 1, timeDelta);
        words[2 * extents] = place;
        words[2 * extents + 1] = span;
        extents++;
        if (Extent.isData(place)) {
            hashes += Extent.blocks(place, span);
        }
    }
}
