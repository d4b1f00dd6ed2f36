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
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.read.SealedIndex;
import io.holdfast.journal.internal.read.SegmentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Open files of segments for reading, shared by images and look-ups. A file stays open while somebody holds a lease on it, and a while longer.
 * Thread-safe.
 */
final class SegmentLeases implements AutoCloseable {

    private static final int IDLE_MAX = 64;

    private final StoreFiles files;
    private final Caches caches;
    private final Map<Key, Shared> inUse = new HashMap<>();
    private final Map<Key, Shared> idle = new LinkedHashMap<>();
    private boolean closed;

    /** A segment gets another reader once it is sealed. */
    private record Key(Segment segment, boolean sealed) {}

    private static final class Shared {

        private final StoreFile file;
        private final SegmentReader reader;
        private final @Nullable SealedIndex index;
        private int leases;

        Shared(StoreFile file, SegmentReader reader, @Nullable SealedIndex index) {
            this.file = file;
            this.reader = reader;
            this.index = index;
        }
    }

    SegmentLeases(StoreFiles files, Caches caches) {
        this.files = files;
        this.caches = caches;
    }

    /** The right to read one segment, until closed. */
    final class Lease implements AutoCloseable {

        private final Key key;
        private final Shared shared;
        private boolean given;

        private Lease(Key key, Shared shared) {
            this.key = key;
            this.shared = shared;
        }

        SegmentReader reader() {
            return shared.reader;
        }

        /** The segment's file, for whoever copies it. */
        StoreFile file() {
            return shared.file;
        }

        /** The segment's index, when it was sealed as the lease began. */
        @Nullable
        SealedIndex index() {
            return shared.index;
        }

        /** The segment's notes, in order. */
        List<PlacedNote> notes() throws IOException, DamagedException {
            SealedIndex index = shared.index;
            return index == null
                    ? key.segment.notes()
                    : sealedNotes(shared.file, index.summary().notes());
        }

        /** The state before the segment's first block. */
        HistoryState start() throws IOException, DamagedException {
            return readHeader(shared.file).state();
        }

        @Override
        public void close() {
            synchronized (SegmentLeases.this) {
                if (!given) {
                    given = true;
                    giveBack(key, shared);
                }
            }
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
        Key key = new Key(segment, segment.isSealed());
        Shared shared = inUse.get(key);
        if (shared == null) {
            shared = idle.remove(key);
            shared = shared != null ? shared : open(segment, key);
            inUse.put(key, shared);
        }
        shared.leases++;
        return new Lease(key, shared);
    }

    private Shared open(Segment segment, Key key) throws IOException, DamagedException {
        String path = segment.path();
        StoreFile file = files.open(path, OpenMode.READ);
        long owner = segment.readingOwner(caches::newOwner);
        if (!key.sealed) {
            return new Shared(file, new SegmentReader(owner, path, file, segment.table(), caches), null);
        }
        try {
            SealedIndex index = new SealedIndex(owner, file, caches);
            return new Shared(file, new SegmentReader(owner, path, file, index, caches), index);
        } catch (IOException | DamagedException e) {
            file.close();
            throw e;
        }
    }

    /** Renames a segment that has got its index; from now on it is read through that. */
    synchronized void sealed(Segment segment, SegmentSummary summary, String sealedPath) throws IOException {
        files.rename(segment.path(), sealedPath);
        segment.seal(summary);
    }

    private void giveBack(Key key, Shared shared) {
        shared.leases--;
        if (shared.leases > 0) {
            return;
        }
        inUse.remove(key);
        idle.put(key, shared);
        Iterator<Shared> oldest = idle.values().iterator();
        while (oldest.hasNext() && (closed || idle.size() > IDLE_MAX)) {
            closeQuietly(oldest.next().file);
            oldest.remove();
        }
    }

    /** Closes the idle files of a machine whose history is gone. */
    synchronized void forget(List<Segment> segments) {
        for (Segment segment : segments) {
            for (boolean sealed : new boolean[] {false, true}) {
                Shared shared = idle.remove(new Key(segment, sealed));
                if (shared != null) {
                    closeQuietly(shared.file);
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.values().forEach(shared -> closeQuietly(shared.file));
        idle.clear();
    }

    private static void closeQuietly(StoreFile file) {
        try {
            file.close();
        } catch (IOException _) {
            // it was read from only; nothing is lost
        }
    }
}
