package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks to the segments of one machine. Blocks are staged: they lie in the files, but nobody sees them until {@link #apply}; what was
 * staged and not applied is written over by the next attempt. It never touches a byte before the end of what was applied, and what it writes at a
 * time ends at a multiple of 4 KiB.
 */
final class SegmentAppender {

    static final long EXTENTS_MAX = 1L << 18;
    static final int BLOCKS_MAX = RunEntry.BLOCKS_MAX / 4;
    static final long NOTE_BYTES_MAX = 4L << 20;

    private static final ByteBuffer PADDING =
            ByteBuffer.allocate(SegmentHeader.ALIGNMENT_BYTES).asReadOnlyBuffer();

    private final StoreFiles files;
    private final IntakeLog log;
    private final WriteBuffer buffer;
    private final UUID storeId;
    private final History history;
    private final long plaintextBytesMax;
    private final List<Placement> staged = new ArrayList<>();
    private final List<Segment> created = new ArrayList<>();
    private final Map<Long, Long> ends = new HashMap<>();
    private @Nullable Segment current;
    private HistoryState state;
    private long at;
    private long extents;
    private long noteBytes;
    private long plaintext;
    private int blocks;

    private record Placement(Segment segment, long offset, HeldBlock block) {}

    /**
     * How much a segment holds after {@link #apply}.
     *
     * @param segment which
     * @param writtenBytes how much of it is written
     * @param lastBlockNumber the newest block in it
     */
    record Extension(Segment segment, long writtenBytes, long lastBlockNumber) {}

    SegmentAppender(
            StoreFiles files,
            IntakeLog log,
            WriteBuffer buffer,
            UUID storeId,
            History history,
            long plaintextBytesMax) {
        this.files = files;
        this.log = log;
        this.buffer = buffer;
        this.storeId = storeId;
        this.history = history;
        this.plaintextBytesMax = plaintextBytesMax;
        this.state = history.writtenState();
        Segment newest = history.newestSegment();
        if (newest != null && !newest.isRolled()) {
            current = newest;
            at = newest.writtenBytes();
            extents = newest.extents();
            noteBytes = newest.noteBytes();
            plaintext = newest.plaintextBytes();
            blocks = newest.count();
        }
    }

    /**
     * Writes blocks behind those that the segments have.
     *
     * @param toWrite in order, right behind the last one
     */
    void stage(List<HeldBlock> toWrite) throws IOException {
        for (HeldBlock block : toWrite) {
            Segment segment = segmentFor(block);
            ByteBuffer held = block.bytes();
            ByteBuffer bytes = held != null ? held.duplicate() : log.read(block.logOffset(), block.length());
            buffer.add(writerOf(segment), at, bytes);
            staged.add(new Placement(segment, at, block));
            at += block.length();
            extents += block.header().extentCount();
            noteBytes += block.header().noteBytes();
            plaintext += block.header().plaintextLength();
            blocks++;
            state = block.after();
        }
        pad();
    }

    private Segment segmentFor(HeldBlock block) throws IOException {
        Segment segment = current;
        if (segment != null && (blocks == 0 || !isFull() && !branches(block))) {
            return segment;
        }
        if (segment != null) {
            pad();
        }
        return createSegment();
    }

    private boolean isFull() {
        return plaintext >= plaintextBytesMax
                || extents >= EXTENTS_MAX
                || blocks >= BLOCKS_MAX
                || noteBytes >= NOTE_BYTES_MAX;
    }

    /** A segment holds one line of history, so that any part of it that a point sees is a part from its start. */
    private boolean branches(HeldBlock block) {
        return block.header().isEpoch()
                && block.header().notes().getFirst() instanceof Note.Opening opening
                && opening.epoch().parent().sequence() != state.sequence();
    }

    private Segment createSegment() throws IOException {
        long number = created.isEmpty()
                ? history.nextSegmentNumber()
                : created.getLast().number() + 1;
        byte[] header = new SegmentHeader(storeId, history.machine(), history.incarnation(), number, state).encode();
        Segment segment = new Segment(history.folder(), number, state, header.length);
        StoreFile file = files.open(segment.path(), OpenMode.REPLACE);
        segment.file(file);
        created.add(segment);
        file.write(0, ByteBuffer.wrap(header));
        current = segment;
        at = header.length;
        extents = 0;
        noteBytes = 0;
        plaintext = 0;
        blocks = 0;
        return segment;
    }

    private StoreFile writerOf(Segment segment) throws IOException {
        StoreFile open = segment.file();
        if (open == null) {
            open = files.open(segment.path(), OpenMode.EXISTING);
            segment.file(open);
        }
        return open;
    }

    private void pad() throws IOException {
        Segment segment = current;
        if (segment == null || staged.isEmpty()) {
            return;
        }
        long end = SegmentHeader.padded(at);
        buffer.add(writerOf(segment), at, PADDING.duplicate().limit((int) (end - at)));
        buffer.flush(writerOf(segment), end);
        at = end;
        ends.put(segment.number(), end);
    }

    /** Makes what was staged durable. */
    void force() throws IOException {
        boolean named = created.isEmpty();
        for (Extension extension : extensions()) {
            writerOf(extension.segment()).force();
            named &= !extension.segment().isDirty();
        }
        if (!named) {
            files.forceDirectory(history.folder());
        }
    }

    /** Lists the segments that hold more than the log or a checkpoint says, oldest first. */
    List<Extension> extensions() {
        Map<Long, Extension> extensions = new TreeMap<>();
        for (Segment segment : history.unsealed()) {
            if (segment.isDirty()) {
                extensions.put(
                        segment.number(),
                        new Extension(
                                segment, segment.writtenBytes(), segment.end().blockNumber()));
            }
        }
        for (Placement placement : staged) {
            Segment segment = placement.segment();
            long end = ends.getOrDefault(segment.number(), 0L);
            extensions.put(
                    segment.number(),
                    new Extension(segment, end, placement.block().after().blockNumber()));
        }
        return List.copyOf(extensions.values());
    }

    /**
     * Shows what was staged to everybody.
     *
     * @param recorded whether it is durable in the segments, and the log says so
     */
    void apply(boolean recorded) {
        List<Extension> extensions = extensions();
        Segment before = history.newestSegment();
        for (Segment segment : created) {
            if (before != null) {
                before.roll();
            }
            history.addSegment(segment);
            before = segment;
        }
        for (Placement placement : staged) {
            placement
                    .segment()
                    .add(
                            placement.offset(),
                            placement.block().header(),
                            placement.block().after());
        }
        for (Extension extension : extensions) {
            extension.segment().writtenBytes(extension.writtenBytes());
            extension.segment().dirty(!recorded);
        }
        history.written(state);
        if (isFull() && before != null) {
            before.roll();
        }
    }

    /** Forgets what was staged; files that were begun for it are removed when that is possible. */
    void abandon() {
        buffer.clear();
        for (Segment segment : created) {
            try {
                StoreFile file = segment.file();
                if (file != null) {
                    file.close();
                }
                files.delete(segment.path());
            } catch (IOException _) {
                // an orphan: the next opening of the store removes it, the next segment of this number replaces it
            }
        }
    }
}
