package io.holdfast.journal.internal.store;

import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.ProvenSpan;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.read.BlockTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a machine. While it has no index its blocks and notes are kept here; once sealed only some numbers are, about 300 bytes, whatever
 * the segment holds: the rest is read from the file. Changed by the writer alone; what readers use is thread-safe.
 */
final class Segment implements BlockTable {

    private static final Pattern NAME = Pattern.compile("([0-9]{10})(\\.([1-9][0-9]{0,8}))?\\.(open|seg)");
    private static final String OPEN = ".open";
    private static final String SEALED = ".seg";

    private final String folder;
    private final long number;
    private final long headerBytes;
    private final long firstSequence;
    private final long provenBefore;
    private final Object guard = new Object();

    private OpenBlocks blocks = new OpenBlocks();
    private List<PlacedNote> notes = new ArrayList<>();
    private @Nullable HistoryState start;
    private @Nullable HistoryState end;
    private boolean sealed;
    private boolean cold;
    private int generation;
    private long lastSequence;
    private ChainDigest chain;
    private long readingOwner;
    private long extents;
    private long noteBytes;
    private long plaintextBytes;
    private long payloadBytes;
    private long firstUtcMillis = Long.MAX_VALUE;
    private long lastUtcMillis = Long.MIN_VALUE;
    private long writtenBytes;
    private boolean rolled;
    private boolean dirty;
    private boolean damaged;
    private @Nullable StoreFile file;

    Segment(String folder, long number, HistoryState start, long headerBytes) {
        this.folder = folder;
        this.number = number;
        this.start = start;
        this.end = start;
        this.firstSequence = start.sequence() + 1;
        this.lastSequence = start.sequence();
        this.provenBefore = start.provenSequence();
        this.chain = start.chain();
        this.headerBytes = headerBytes;
        this.writtenBytes = headerBytes;
    }

    static Segment sealed(String folder, SegmentSummary summary, HistoryState start) {
        Segment segment = new Segment(folder, summary.number(), start, 0);
        segment.seal(summary);
        return segment;
    }

    static String openPath(String folder, long number) {
        return path(folder, number, OPEN);
    }

    static String sealedPath(String folder, long number) {
        return sealedPath(folder, number, 0);
    }

    /** Names the file of a generation: 0 as it was sealed, one more each time that it was cleaned. */
    static String sealedPath(String folder, long number, int generation) {
        return path(folder, number, generation == 0 ? SEALED : "." + generation + SEALED);
    }

    private static String path(String folder, long number, String suffix) {
        return folder + "/" + String.format(Locale.ROOT, "%010d", number) + suffix;
    }

    /** Reads the number out of a file's name; 0 when it is no segment. */
    static long numberOf(String name, boolean sealed) {
        Matcher matcher = NAME.matcher(name);
        boolean ours =
                matcher.matches() && name.endsWith(sealed ? SEALED : OPEN) && (sealed || matcher.group(3) == null);
        return ours ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Reads the generation out of a sealed segment's name. */
    static int generationOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : 0;
    }

    long number() {
        return number;
    }

    /** The state before its first block, while it has no index. */
    HistoryState start() {
        synchronized (guard) {
            return unsealed(start);
        }
    }

    private HistoryState unsealed(@Nullable HistoryState state) {
        if (state == null) {
            throw new IllegalStateException("segment " + number + " is sealed; its states are in its file");
        }
        return state;
    }

    long headerBytes() {
        return headerBytes;
    }

    String path() {
        synchronized (guard) {
            return sealed ? sealedPath(folder, number, generation) : openPath(folder, number);
        }
    }

    /** How often it was cleaned. */
    int generation() {
        synchronized (guard) {
            return generation;
        }
    }

    /** Whether its blocks were coded anew with keys. */
    boolean isCold() {
        synchronized (guard) {
            return cold;
        }
    }

    /** From now on the file of another generation is read. */
    void clean(int another, SegmentSummary summary) {
        synchronized (guard) {
            generation = another;
            cold = summary.isCold();
            readingOwner = 0;
            payloadBytes = summary.payloadBytes();
            writtenBytes = summary.fileBytes();
        }
    }

    /** What the segment says of itself, before it has an index. */
    SegmentSummary summary(List<Note.Opening> openings, List<ProvenSpan> spans) {
        synchronized (guard) {
            SegmentSummary.Index none = SegmentSummary.Index.NONE;
            return new SegmentSummary(
                    number,
                    start().blockNumber() + 1,
                    end().blockNumber(),
                    firstSequence,
                    lastSequence,
                    firstUtcMillis,
                    lastUtcMillis,
                    plaintextBytes,
                    payloadBytes,
                    0,
                    false,
                    none.run(),
                    none.blocks(),
                    none.fences(),
                    none.wide(),
                    none.notes(),
                    List.copyOf(openings),
                    List.copyOf(spans),
                    end());
        }
    }

    boolean isSealed() {
        synchronized (guard) {
            return sealed;
        }
    }

    /** The state after its last block, while it has no index. */
    HistoryState end() {
        synchronized (guard) {
            return unsealed(end);
        }
    }

    /** Digest of its last block. */
    ChainDigest chain() {
        synchronized (guard) {
            return chain;
        }
    }

    /** The newest point of the branch before its first block; 0 when there was none. */
    long provenBefore() {
        return provenBefore;
    }

    /** The number of this segment in the caches, the same as long as blocks lie where they are. */
    long readingOwner(LongSupplier newOwner) {
        synchronized (guard) {
            readingOwner = readingOwner == 0 ? newOwner.getAsLong() : readingOwner;
            return readingOwner;
        }
    }

    /** Takes in a block that was written at a place in the file. */
    void add(long offset, BlockHeader header, HistoryState after) {
        synchronized (guard) {
            int place = blocks.count();
            blocks.add(BlockEntry.of(offset, header));
            header.notes().forEach(note -> notes.add(new PlacedNote(place, note)));
            end = after;
            lastSequence = after.sequence();
            chain = after.chain();
            extents += header.extentCount();
            noteBytes += header.noteBytes();
            plaintextBytes += header.plaintextLength();
            payloadBytes += payloadOf(header);
            firstUtcMillis = Math.min(firstUtcMillis, header.firstUtcMillis());
            lastUtcMillis = Math.max(lastUtcMillis, header.lastUtcMillis());
        }
    }

    private static long payloadOf(BlockHeader header) {
        return header.blockLength() - header.headerLength() - BlockLayout.frameTableLength(header.frameCount());
    }

    /** From now on only the index in the file is used. */
    void seal(SegmentSummary summary) {
        synchronized (guard) {
            sealed = true;
            start = null;
            end = null;
            lastSequence = summary.state().sequence();
            chain = summary.state().chain();
            blocks = new OpenBlocks();
            notes = List.of();
            plaintextBytes = summary.plaintextBytes();
            payloadBytes = summary.payloadBytes();
            firstUtcMillis = summary.firstUtcMillis();
            lastUtcMillis = summary.lastUtcMillis();
            writtenBytes = summary.fileBytes();
            rolled = true;
        }
    }

    long firstSequence() {
        return firstSequence;
    }

    long lastSequence() {
        synchronized (guard) {
            return lastSequence;
        }
    }

    long firstUtcMillis() {
        synchronized (guard) {
            return firstUtcMillis;
        }
    }

    long lastUtcMillis() {
        synchronized (guard) {
            return lastUtcMillis;
        }
    }

    boolean touches(long fromUtcMillis, long toUtcMillis) {
        synchronized (guard) {
            return firstUtcMillis <= toUtcMillis && lastUtcMillis >= fromUtcMillis;
        }
    }

    List<PlacedNote> notes() {
        synchronized (guard) {
            return List.copyOf(notes);
        }
    }

    @Override
    public int count() {
        synchronized (guard) {
            return blocks.count();
        }
    }

    @Override
    public BlockEntry entry(int place) throws DamagedException {
        synchronized (guard) {
            return blocks.entry(place);
        }
    }

    /** The blocks of a segment without an index, for whoever reads it: they stay when the segment is sealed meanwhile. */
    BlockTable table() {
        synchronized (guard) {
            return blocks;
        }
    }

    long extents() {
        return extents;
    }

    long noteBytes() {
        return noteBytes;
    }

    long plaintextBytes() {
        synchronized (guard) {
            return plaintextBytes;
        }
    }

    long payloadBytes() {
        synchronized (guard) {
            return payloadBytes;
        }
    }

    long writtenBytes() {
        synchronized (guard) {
            return writtenBytes;
        }
    }

    void writtenBytes(long bytes) {
        synchronized (guard) {
            writtenBytes = bytes;
        }
    }

    boolean isRolled() {
        return rolled;
    }

    void roll() {
        rolled = true;
    }

    boolean isDirty() {
        return dirty;
    }

    void dirty(boolean isDirty) {
        dirty = isDirty;
    }

    boolean isDamaged() {
        return damaged;
    }

    void markDamaged() {
        damaged = true;
    }

    @Nullable
    StoreFile file() {
        return file;
    }

    void file(@Nullable StoreFile opened) {
        file = opened;
    }

    /** Finds the newest disk table at a sequence or before, among the notes of one segment. */
    static Optional<DiskTable> newestTable(List<PlacedNote> notes, long sequence) {
        Optional<DiskTable> newest = Optional.empty();
        for (PlacedNote placed : notes) {
            if (placed.note() instanceof Note.Entry(StreamRecord.Disks disks) && disks.sequence() <= sequence) {
                newest = Optional.of(disks.table());
            } else if (placed.note() instanceof Note.Opening opening
                    && opening.epoch().firstSequence() <= sequence) {
                newest = Optional.of(opening.disks());
            }
        }
        return newest;
    }
}
