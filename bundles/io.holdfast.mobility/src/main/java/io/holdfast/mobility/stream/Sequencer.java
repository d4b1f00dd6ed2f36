package io.holdfast.mobility.stream;

import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Gives every write of one machine its place in one sequence across all its disks, and keeps the newest records in bounded memory until
 * they are logged and durable.
 *
 * <p>Invariants: sequences follow each other without a gap; overlapping writes keep the order in which they were taken; no byte that a copy
 * read brought is sequenced after a newer one of the guest; a write is taken whole before it is answered, or not at all.
 *
 * <p>Thread-safe. Nothing here waits for a disk or a network; {@link #awaitRoom} and {@link #awaitUnlogged} wait in bounded time for others.
 */
public final class Sequencer {

    /** Whether something got its sequence. */
    public enum Taken {
        /** It is in the stream. */
        YES,
        /** There is no room for it now; nothing of it was taken. */
        FULL,
        /** The capture it belongs to is over; nothing of it was taken. */
        SEALED
    }

    /** The most data of one record: larger writes are cut, which no reader of the stream can tell from writes that were not answered yet. */
    public static final int RECORD_DATA_BYTES_MAX = 512 << 10;

    private static final int DETAIL_CHARACTERS_MAX = 1_000;
    private static final int LABEL_CHARACTERS_MAX = 200;

    private final TimeSource time;
    private final StreamMemory memory;
    private final CopyBook copies = new CopyBook();
    private final AgeBook ages = new AgeBook();
    private final ReentrantLock streamLock = new ReentrantLock();
    private final Condition changed = streamLock.newCondition();

    private long highestGiven;
    private long openCapture;
    private boolean exhausted;
    private long lastUtcMillis;
    private long lastProof = -1;
    private long writtenBytes;
    private long longestWaitNanos;

    /**
     * Makes an empty sequencer; the first sequence is 1.
     *
     * @param time the source's clocks
     * @param memoryBytesMax what records may take in memory
     */
    public Sequencer(TimeSource time, long memoryBytesMax) {
        this.time = time;
        this.memory = new StreamMemory(memoryBytesMax);
    }

    /**
     * Forgets everything and goes on behind a sequence. No capture may be open.
     *
     * @param sequence what the stream ends with
     * @param utcMillis the clock there, below which no record goes
     */
    public void restart(long sequence, long utcMillis) {
        locked(() -> {
            memory.restart(sequence);
            copies.restart();
            ages.clear(sequence);
            highestGiven = sequence;
            lastProof = -1;
            lastUtcMillis = Math.max(lastUtcMillis, utcMillis);
            changed.signalAll();
            return sequence;
        });
    }

    /**
     * Opens the gate for the writes of one capture.
     *
     * @param capture its number, at least 1, never used before
     */
    public void open(long capture) {
        locked(() -> {
            openCapture = capture;
            exhausted = false;
            return capture;
        });
    }

    /** Closes the gate: no write and no copy of the capture is taken any more. */
    public void seal() {
        locked(() -> {
            openCapture = 0;
            copies.endAll();
            changed.signalAll();
            return openCapture;
        });
    }

    /**
     * Closes the gate because there was no memory for too long: the guest must not wait any longer.
     *
     * @param capture the capture that gives itself up
     * @return true when it was open until now
     */
    public boolean giveUp(long capture) {
        return locked(() -> {
            boolean now = openCapture == capture;
            if (now) {
                exhausted = true;
                seal();
            }
            return now;
        });
    }

    /**
     * Tells whether the last capture gave itself up.
     *
     * @return true until the next one is opened
     */
    public boolean isExhausted() {
        return locked(() -> exhausted);
    }

    /**
     * Takes a write of the guest.
     *
     * @param capture through which it came
     * @param disk number of the disk
     * @param offset first byte
     * @param data its remaining bytes; belongs to the stream from now on
     * @return whether it was taken
     */
    public Taken write(long capture, int disk, long offset, ByteBuffer data) {
        return take(capture, disk, new CopyPiece(offset, data.remaining(), ExtentKind.DATA, data));
    }

    /**
     * Takes a zeroing or a trim of the guest.
     *
     * @param capture through which it came
     * @param disk number of the disk
     * @param offset first byte
     * @param length at least 1
     * @param kind zero or discard
     * @return whether it was taken
     */
    public Taken fill(long capture, int disk, long offset, long length, ExtentKind kind) {
        return take(capture, disk, new CopyPiece(offset, length, kind, StreamRecord.Change.NO_DATA));
    }

    private Taken take(long capture, int disk, CopyPiece piece) {
        streamLock.lock();
        try {
            if (openCapture != capture) {
                return Taken.SEALED;
            }
            int dataBytes = piece.data().remaining();
            if (!memory.hasRoomFor(dataBytes)) {
                return Taken.FULL;
            }
            copies.strike(disk, piece.offset(), piece.length());
            writtenBytes += dataBytes;
            add(ChangeOrigin.GUEST, disk, piece);
            ages.given(highestGiven, time.monotonicNanos());
            return Taken.YES;
        } finally {
            streamLock.unlock();
        }
    }

    /**
     * Notes that a read of a source disk begins now. From here on live writes into its range are noted.
     *
     * @param capture the capture that is open
     * @param disk number of the disk
     * @param offset first byte
     * @param length at least 1
     * @return the read, to be given to {@link #finishCopy} or {@link #abandonCopy}
     */
    public CopyRead beginCopy(long capture, int disk, long offset, long length) {
        CopyRead read = new CopyRead(capture, disk, offset, length);
        return locked(() -> {
            if (openCapture == capture) {
                copies.begin(read);
            }
            return read;
        });
    }

    /**
     * Puts what a read brought into the stream, without what the guest has written since it began.
     *
     * @param read as given by {@link #beginCopy}
     * @param pieces what is worth sending of it, within its range, in ascending order
     * @param pendingBytesMax copies that are not durable yet may not exceed this, unless there are none
     * @return whether it was taken; when there is no room the read goes on and the call is repeated later
     */
    public Taken finishCopy(CopyRead read, List<CopyPiece> pieces, long pendingBytesMax) {
        return locked(() -> {
            if (openCapture != read.capture || !copies.isUnderWay(read)) {
                return Taken.SEALED;
            }
            List<CopyPiece> left = pieces.stream()
                    .flatMap(piece -> read.withoutStruck(piece).stream())
                    .toList();
            long bytes =
                    left.stream().mapToLong(piece -> piece.data().remaining()).sum();
            if (!copies.mayAdd(bytes, pendingBytesMax) || !memory.hasRoomForCopies()) {
                return Taken.FULL;
            }
            copies.end(read);
            left.forEach(piece -> add(ChangeOrigin.COPY, read.disk, piece));
            copies.added(highestGiven, bytes);
            return Taken.YES;
        });
    }

    /**
     * Forgets a read that brought nothing worth sending.
     *
     * @param read as given by {@link #beginCopy}
     */
    public void abandonCopy(CopyRead read) {
        locked(() -> {
            copies.end(read);
            return read;
        });
    }

    /**
     * Writes down that writes may be missing from here on back to the last proof.
     *
     * @param cause why
     * @param detail for people
     * @return its sequence
     */
    public long gap(GapCause cause, String detail) {
        String text = cut(detail, DETAIL_CHARACTERS_MAX);
        return locked(() -> add(new StreamRecord.Gap(highestGiven + 1, utcMillis(), cause, text)));
    }

    /**
     * Writes down that every disk's content is complete, if the capture that made it so is still open.
     *
     * @param capture the capture
     * @return its sequence; nothing when the capture is over
     */
    public OptionalLong ready(long capture) {
        return locked(() -> openCapture == capture
                ? OptionalLong.of(add(new StreamRecord.Ready(highestGiven + 1, utcMillis())))
                : OptionalLong.empty());
    }

    /**
     * Writes down the disks from here on.
     *
     * @param table the new table
     * @return its sequence
     */
    public long disks(DiskTable table) {
        return locked(() -> add(new StreamRecord.Disks(highestGiven + 1, utcMillis(), table)));
    }

    /**
     * Gives the current point a name.
     *
     * @param kind what it is consistent with
     * @param label for people
     * @return its sequence
     */
    public long marker(MarkerKind kind, String label) {
        String text = cut(label, LABEL_CHARACTERS_MAX);
        return locked(() -> add(new StreamRecord.Marker(highestGiven + 1, utcMillis(), kind, text)));
    }

    /**
     * Writes down a proof, unless the last one said the same.
     *
     * @param sequence the highest sequence that was given before the check began
     * @param monotonicNanos when the check began
     */
    public void proof(long sequence, long monotonicNanos) {
        locked(() -> {
            if (sequence != lastProof) {
                nothingSince(sequence, monotonicNanos);
            }
            return lastProof;
        });
    }

    /**
     * Writes down a proof even if the last one said the same: only time has passed.
     *
     * @param sequence the highest sequence that was given before the check began
     * @param monotonicNanos when the check began
     */
    public void nothingSince(long sequence, long monotonicNanos) {
        locked(() -> {
            if (sequence <= highestGiven) {
                lastProof = sequence;
                memory.add(new StreamRecord.Proof(sequence, utcMillis(), monotonicNanos));
                changed.signalAll();
            }
            return lastProof;
        });
    }

    private static String cut(String text, int charactersMax) {
        return text.length() <= charactersMax ? text : text.substring(0, charactersMax);
    }

    private void add(ChangeOrigin origin, int disk, CopyPiece piece) {
        long end = piece.offset() + piece.length();
        long from = piece.offset();
        while (from < end) {
            long to = piece.kind() == ExtentKind.DATA ? Math.min(end, from + RECORD_DATA_BYTES_MAX) : end;
            CopyPiece part = piece.part(from, to);
            add(new StreamRecord.Change(
                    highestGiven + 1,
                    utcMillis(),
                    origin,
                    disk,
                    from,
                    to - from,
                    part.kind(),
                    part.data().asReadOnlyBuffer()));
            from = to;
        }
    }

    private long add(StreamRecord entry) {
        memory.add(entry);
        highestGiven = entry.sequence();
        changed.signalAll();
        return highestGiven;
    }

    private long utcMillis() {
        lastUtcMillis = Math.max(lastUtcMillis, time.utcMillis());
        return lastUtcMillis;
    }

    /**
     * Waits for memory, or for the end of the capture.
     *
     * @param capture the capture that has to go on
     * @param nanosMax how long
     * @return what is left of the time, at most 0 when it is over
     */
    public long awaitRoom(long capture, long nanosMax) {
        return locked(() -> openCapture == capture ? await(nanosMax) : nanosMax);
    }

    /**
     * Waits until there is something to log.
     *
     * @param nanosMax how long at most
     * @return whether there is
     */
    public boolean awaitUnlogged(long nanosMax) {
        return locked(() -> {
            long left = nanosMax;
            while (!memory.hasUnlogged() && left > 0) {
                left = await(left);
            }
            return memory.hasUnlogged();
        });
    }

    private long await(long nanosMax) {
        try {
            return changed.awaitNanos(nanosMax);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /**
     * Gives what is to be logged next.
     *
     * @param bytesMax no record is added when there are that many bytes
     * @return a part of the stream, possibly nothing
     */
    public StreamMemory.Stretch unlogged(long bytesMax) {
        return locked(() -> memory.unlogged(bytesMax));
    }

    /**
     * Notes that a stretch is on stable storage.
     *
     * @param stretch as given by {@link #unlogged}
     */
    public void logged(StreamMemory.Stretch stretch) {
        locked(() -> {
            memory.logged(stretch);
            changed.signalAll();
            return stretch;
        });
    }

    /** Drops what is durable and not logged: the log is at its bound and will go on behind it. */
    public void skipLogging() {
        locked(() -> {
            memory.skipLogging();
            changed.signalAll();
            return memory;
        });
    }

    /**
     * Gives what follows a place in the stream.
     *
     * @param place as given with a stretch or by {@link #placeOf}
     * @param bytesMax no record is added when there are that many bytes
     * @return a part of the stream, possibly without a record; nothing when that place is not in memory any more
     */
    public Optional<StreamMemory.Stretch> after(StreamMemory.Place place, long bytesMax) {
        return locked(() -> memory.after(place, bytesMax));
    }

    /**
     * Finds a sequence.
     *
     * @param sequence that is wanted next
     * @return its place; nothing when it is not in memory any more, or not the next one
     */
    public Optional<StreamMemory.Place> placeOf(long sequence) {
        return locked(() -> sequence > highestGiven + 1 ? Optional.empty() : memory.placeOf(sequence));
    }

    /**
     * Notes what the store has.
     *
     * @param sequence durable
     * @param provenSequence proven
     */
    public void durable(long sequence, long provenSequence) {
        locked(() -> {
            memory.durable(sequence, provenSequence);
            ages.proven(provenSequence);
            copies.durable(sequence);
            changed.signalAll();
            return sequence;
        });
    }

    /**
     * Tells the highest sequence that was given.
     *
     * @return 0 before the first
     */
    public long highestGiven() {
        return locked(() -> highestGiven);
    }

    /**
     * Tells whether the last proof was about everything.
     *
     * @return true when nothing was given after the sequence that it proves
     */
    public boolean isProvenToTheEnd() {
        return locked(() -> lastProof == highestGiven);
    }

    /**
     * Tells the lowest sequence that is still in memory.
     *
     * @return the next one when none is
     */
    public long firstSequence() {
        return locked(memory::firstSequence);
    }

    /**
     * Tells how old the oldest write of the guest is that is not proven.
     *
     * @return nanoseconds, 0 when all are
     */
    public long oldestUnprovenNanos() {
        return locked(() -> ages.oldestNanos(time.monotonicNanos()));
    }

    /**
     * Tells how far the wall clock stands behind the time of the newest record, which never goes back.
     *
     * @return milliseconds, 0 when it does not
     */
    public long clockBehindMillis() {
        return locked(() -> Math.max(0, lastUtcMillis - time.utcMillis()));
    }

    /**
     * Tells how much guests have written.
     *
     * @return bytes of data since this sequencer was made
     */
    public long writtenBytes() {
        return locked(() -> writtenBytes);
    }

    /**
     * Notes how long a write of the guest waited for us.
     *
     * @param nanos from its arrival to its answer
     */
    public void waited(long nanos) {
        locked(() -> longestWaitNanos = Math.max(longestWaitNanos, nanos));
    }

    /**
     * Tells how long a write of the guest waited for us at most.
     *
     * @return nanoseconds since this sequencer was made
     */
    public long longestWaitNanos() {
        return locked(() -> longestWaitNanos);
    }

    private <T> T locked(Supplier<T> action) {
        streamLock.lock();
        try {
            return action.get();
        } finally {
            streamLock.unlock();
        }
    }
}
