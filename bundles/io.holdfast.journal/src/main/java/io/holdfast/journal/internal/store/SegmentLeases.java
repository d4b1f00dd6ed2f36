package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.NoteCodec;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.merge.MergedRun;
import io.holdfast.journal.internal.merge.SegmentInput;
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.read.SealedIndex;
import io.holdfast.journal.internal.read.SegmentAccess;
import io.holdfast.journal.internal.read.SegmentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Open files of segments and merged runs for reading, shared by images, look-ups and merges. Thread-safe. */
final class SegmentLeases implements AutoCloseable {

    private final StoreFiles files;
    private final Caches caches;
    private final LeasePool<Key, OpenSegment> segments = new LeasePool<>(opened -> opened.file.close());
    private final LeasePool<MergedFile, OpenRun> runs = new LeasePool<>(opened -> opened.file.close());

    /** A segment gets another reader once it is sealed, and each time that it was cleaned. */
    private record Key(Segment segment, boolean sealed, int generation) {}

    private record OpenSegment(
            StoreFile file, SegmentReader reader, @Nullable SealedIndex index, int generation) {}

    private record OpenRun(StoreFile file, MergedRun run) {}

    SegmentLeases(StoreFiles files, Caches caches) {
        this.files = files;
        this.caches = caches;
    }

    /** The right to read one segment, until closed. */
    static final class Lease implements SegmentAccess {

        private final Segment segment;
        private final LeasePool<Key, OpenSegment>.Lease lease;

        private Lease(Segment segment, LeasePool<Key, OpenSegment>.Lease lease) {
            this.segment = segment;
            this.lease = lease;
        }

        @Override
        public SegmentReader reader() {
            return lease.opened().reader();
        }

        /** How often the segment had been cleaned as the lease began. */
        int generation() {
            return lease.opened().generation();
        }

        /** The segment's file, for whoever copies it. */
        StoreFile file() {
            return lease.opened().file();
        }

        /** The segment's index, when it was sealed as the lease began. */
        @Nullable
        SealedIndex index() {
            return lease.opened().index();
        }

        /** The segment's run as it goes into a merge; it was sealed as the lease began. */
        SegmentInput input(SealedIndex index) {
            return new SegmentInput(
                    lease.opened().file(), Math.toIntExact(segment.number()), index.run(), index.wideEntries());
        }

        /** The segment's notes, in order. */
        List<PlacedNote> notes() throws IOException, DamagedException {
            SealedIndex index = index();
            return index == null ? segment.notes() : sealedNotes(lease.opened().file(), index.notes());
        }

        /** The segment's header. */
        SegmentHeader header() throws IOException, DamagedException {
            return readHeader(lease.opened().file());
        }

        /** What a sealed segment says of itself. */
        SegmentSummary summary() throws IOException, DamagedException {
            return SealedIndex.readSummary(lease.opened().file());
        }

        /** The state before the segment's first block. */
        HistoryState start() throws IOException, DamagedException {
            return readHeader(lease.opened().file()).state();
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    private static List<PlacedNote> sealedNotes(StoreFile file, SegmentSummary.Section section)
            throws IOException, DamagedException {
        ByteBuffer bytes = SealedIndex.section(file, section, section.bytes());
        List<PlacedNote> notes = new ArrayList<>();
        while (bytes.remaining() >= Long.BYTES) {
            int place = bytes.getInt();
            int length = bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw DamagedException.damaged("a note of " + length + " bytes; " + bytes.remaining() + " are left");
            }
            for (Note note : NoteCodec.decodeAll(bytes.slice(bytes.position(), length))) {
                notes.add(new PlacedNote(place, note));
            }
            bytes.position(bytes.position() + length);
        }
        return notes;
    }

    /** Reads the header of a segment. */
    static SegmentHeader readHeader(StoreFile file) throws IOException, DamagedException {
        ByteBuffer head = ByteBuffer.allocate(Envelope.HEAD_BYTES);
        file.read(0, head);
        ByteBuffer whole = ByteBuffer.allocate(SegmentHeader.length(head.flip()));
        file.read(0, whole);
        return SegmentHeader.decode(whole.flip());
    }

    /**
     * Opens a segment for reading.
     *
     * @param segment which
     * @return the lease; the caller closes it
     */
    synchronized Lease lease(Segment segment) throws IOException, DamagedException {
        Key key = new Key(segment, segment.isSealed(), segment.generation());
        return new Lease(segment, segments.lease(key, () -> open(segment, key)));
    }

    private OpenSegment open(Segment segment, Key key) throws IOException, DamagedException {
        String path = segment.path();
        StoreFile file = open(path);
        long owner = segment.readingOwner(caches::newOwner);
        if (!key.sealed) {
            return new OpenSegment(file, new SegmentReader(owner, path, file, segment.table(), caches), null, 0);
        }
        try {
            SealedIndex index = new SealedIndex(owner, file, caches);
            return new OpenSegment(file, new SegmentReader(owner, path, file, index, caches), index, key.generation);
        } catch (IOException | DamagedException e) {
            file.close();
            throw e;
        }
    }

    private StoreFile open(String path) throws IOException, DamagedException {
        try {
            return files.open(path, OpenMode.READ);
        } catch (NoSuchFileException _) {
            throw DamagedException.damaged(path + " is missing");
        }
    }

    /** Renames a segment that has got its index; from now on it is read through that. Its file is not kept open under the name that it had. */
    synchronized void sealed(Segment segment, SegmentSummary summary, String sealedPath) throws IOException {
        files.rename(segment.path(), sealedPath);
        segment.seal(summary);
        segments.forget(new Key(segment, false, 0));
    }

    /** From now on a segment is read from another file, which is durable; who reads the old one goes on with it. */
    synchronized void cleaned(Segment segment, int generation, SegmentSummary summary) {
        segment.clean(generation, summary);
    }

    /** Closes the file of an earlier generation; tells whether nobody reads it any more. */
    boolean release(Segment segment, int generation) {
        return segments.release(new Key(segment, true, generation));
    }

    /** The right to read one merged run, until closed. */
    record RunLease(LeasePool<MergedFile, OpenRun>.Lease lease) implements AutoCloseable {

        MergedRun run() {
            return lease.opened().run();
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    /**
     * Opens a merged run for reading.
     *
     * @param merged which
     * @return the lease; the caller closes it
     */
    RunLease lease(MergedFile merged) throws IOException, DamagedException {
        return new RunLease(runs.lease(merged, () -> {
            StoreFile file = files.open(merged.path(), OpenMode.READ);
            try {
                return new OpenRun(file, new MergedRun(merged.readingOwner(caches::newOwner), file, caches));
            } catch (IOException | DamagedException e) {
                file.close();
                throw e;
            }
        }));
    }

    /** Lets go of a merged run that is going away. */
    void forget(MergedFile merged) {
        runs.forget(merged);
    }

    /** Lets go of the files of a machine whose history is gone, those that were superseded as well. */
    void forget(History history) {
        Set<Segment> gone = new HashSet<>(history.segments());
        segments.forgetAll(key -> gone.contains(key.segment()));
        history.runs().all().forEach(runs::forget);
    }

    @Override
    public void close() {
        segments.close();
        runs.close();
    }
}
