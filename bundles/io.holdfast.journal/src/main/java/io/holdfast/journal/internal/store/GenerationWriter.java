package io.holdfast.journal.internal.store;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.FrameTable;
import io.holdfast.journal.internal.format.LeftBlock;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.StubBlock;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.read.RunBuilder;
import io.holdfast.journal.internal.read.SealedIndex;
import io.holdfast.journal.internal.read.SegmentReader;
import io.holdfast.journal.internal.retain.Remainder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the next generation of a sealed segment under another name: what a {@link Remainder} leaves of its blocks, in their places, as it was or coded
 * anew, and an index.
 * Reads it back and checks it. Works in steps; what a crash leaves is a draft, which the next opening of the store deletes.
 */
final class GenerationWriter {

    private static final long STEP_BYTES = 4L << 20;

    private final StoreFiles files;
    private final Segment segment;
    private final Remainder remainder;
    private final @Nullable BlockCoder coder;
    private final String path;
    private final int generation;
    private final WriteBuffer buffer = new WriteBuffer();
    private final OpenBlocks written = new OpenBlocks();
    private final RunBuilder run;
    private final MessageDigest digest = Checksums.sha256();
    private long at;
    private long payloadBytes;
    private int place;
    private int checked;
    private long checkedBytes;
    private @Nullable SegmentSummary summary;

    /**
     * Begins.
     *
     * @param cold codes blocks anew where that makes them shorter
     */
    GenerationWriter(StoreFiles files, String folder, Segment segment, Remainder remainder, Optional<ColdWork> cold) {
        this.files = files;
        this.segment = segment;
        this.remainder = remainder;
        this.coder = cold.isPresent() ? new BlockCoder(cold.get(), remainder) : null;
        this.run = new RunBuilder(Math.toIntExact(segment.number()));
        this.generation = segment.generation() + 1;
        this.path = Segment.sealedPath(folder, segment.number(), generation);
    }

    int generation() {
        return generation;
    }

    String path() {
        return path;
    }

    String draftPath() {
        return path + SmallFiles.DRAFT;
    }

    /** What the new file says of itself, once it is written. */
    SegmentSummary summary() {
        SegmentSummary known = summary;
        if (known == null) {
            throw new IllegalStateException(path + " is not written yet");
        }
        return known;
    }

    /** The digest of the new file, once it was read back. */
    FileDigest digest() {
        return new FileDigest(segment.number(), generation, summary().fileBytes(), Sha256.of(digest.digest()));
    }

    /**
     * Does the next step.
     *
     * @param lease on the segment's present file
     * @return true when the new file is complete, durable under its draft's name and checked
     * @throws DamagedException when the present file is damaged, or the new one does not read back
     */
    boolean step(SegmentLeases.Lease lease) throws IOException, DamagedException {
        if (summary == null) {
            try (StoreFile file = files.open(draftPath(), at == 0 ? OpenMode.REPLACE : OpenMode.EXISTING)) {
                copy(lease, file);
            }
            return false;
        }
        try (StoreFile file = files.open(draftPath(), OpenMode.READ)) {
            return check(file);
        }
    }

    private void copy(SegmentLeases.Lease lease, StoreFile file) throws IOException, DamagedException {
        SegmentReader reader = lease.reader();
        if (at == 0) {
            put(file, ByteBuffer.wrap(lease.header().encode()));
        }
        long until = at + STEP_BYTES;
        while (place < reader.table().count() && at < until) {
            if (!copyBlock(reader, file)) {
                return;
            }
            place++;
        }
        if (place == reader.table().count()) {
            put(file, ByteBuffer.allocate((int) (SegmentHeader.padded(at) - at)));
            buffer.flush(file, at);
            finish(lease, file);
        }
    }

    /** Tells whether the block is copied; coding it takes several steps. */
    private boolean copyBlock(SegmentReader reader, StoreFile file) throws IOException, DamagedException {
        BlockEntry entry = reader.table().entry(place);
        if (entry.isStub()) {
            written.add(entry.stub(at));
            put(file, ByteBuffer.wrap(reader.stub(place).encode()));
            return true;
        }
        BlockHeader header = reader.block(place).header();
        if (!remainder.keepsHeader(place, header)) {
            written.add(entry.stub(at));
            put(file, ByteBuffer.wrap(StubBlock.of(header).encode()));
            return true;
        }
        if (coder != null && !coder.step(reader, place)) {
            return false;
        }
        long start = at;
        Optional<ByteBuffer> coded = coder == null ? Optional.empty() : coder.take();
        Optional<ColdTable> before =
                reader.cold(place).filter(_ -> remainder.live().hasAny(place));
        if (coded.isPresent()) {
            put(file, header.encoded());
            payloadBytes += coded.get().remaining();
            put(file, coded.get());
        } else if (before.isPresent()) {
            put(file, header.encoded());
            put(file, ByteBuffer.wrap(before.get().encode()));
            payloadBytes += before.get().storedLength();
            put(file, reader.stored(place, before.get()));
        } else {
            copyFrames(reader, header, file);
        }
        written.add(entry.left(start, (int) (at - start)));
        run.add(header, place, Long.MAX_VALUE);
        return true;
    }

    private void copyFrames(SegmentReader reader, BlockHeader header, StoreFile file)
            throws IOException, DamagedException {
        FrameTable frames = reader.frameTable(place);
        put(file, header.encoded());
        put(file, ByteBuffer.wrap(frames.encode(frame -> remainder.live().has(place, frame))));
        for (int frame = 0; frame < frames.frames(); frame++) {
            if (remainder.live().has(place, frame)) {
                payloadBytes += frames.storedLength(frame);
                put(file, reader.stored(place, frame));
            }
        }
    }

    private void put(StoreFile file, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        buffer.add(file, at, bytes);
        at += length;
    }

    private void finish(SegmentLeases.Lease lease, StoreFile file) throws IOException, DamagedException {
        List<PlacedNote> notes = new ArrayList<>();
        for (PlacedNote note : lease.notes()) {
            if (!written.entry(note.place()).isStub()) {
                notes.add(note);
            }
        }
        SegmentSummary draft = lease.summary().withPayload(payloadBytes, coder != null || segment.isCold());
        SegmentSummary complete = new IndexWriter(file, at).write(run.build(), written, notes, draft);
        file.truncate(complete.fileBytes());
        file.force();
        summary = complete;
    }

    /** Reads back what was written, block by block; the rest goes into the digest. */
    private boolean check(StoreFile file) throws IOException, DamagedException {
        long until = checkedBytes + STEP_BYTES;
        while (checked < written.count() && checkedBytes < until) {
            BlockEntry entry = written.entry(checked);
            FileDigest.update(digest, file, checkedBytes, entry.offset());
            ByteBuffer bytes = ByteBuffer.allocate(entry.blockLength());
            if (file.read(entry.offset(), bytes) < bytes.capacity()) {
                throw DamagedException.damaged(path + " ends within the block at " + entry.offset());
            }
            checkBlock(bytes.flip(), entry);
            digest.update(bytes.rewind());
            checkedBytes = entry.offset() + entry.blockLength();
            checked++;
        }
        if (checked < written.count()) {
            return false;
        }
        FileDigest.update(digest, file, checkedBytes, summary().fileBytes());
        SealedIndex.readSummary(file);
        return true;
    }

    private static void checkBlock(ByteBuffer bytes, BlockEntry entry) throws DamagedException {
        if (entry.isStub()) {
            StubBlock.decode(bytes);
            return;
        }
        LeftBlock.check(bytes);
    }
}
