package io.holdfast.journal.internal.store;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.FrameTable;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.MerkleFrontier;
import io.holdfast.journal.internal.ledger.MerkleTree;
import io.holdfast.journal.internal.read.RunBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seals one full segment: reads it back, checks every byte of every block, appends the index, and renames the file. Works in steps, so that
 * commits come in between. A crash at any point leaves the segment as it was, or sealed.
 */
final class Sealer {

    private static final long STEP_BYTES = 8L << 20;
    private static final int BUFFER_BYTES = 2 << 20;

    private final StoreFiles files;
    private final SegmentLeases leases;
    private final History history;
    private final Segment segment;
    private final RunBuilder run;
    private final SpanTable spans = new SpanTable();
    private final List<Note.Opening> openings = new ArrayList<>();
    private final MessageDigest fileDigest = Checksums.sha256();
    private @Nullable FileDigest whole;
    private final MerkleFrontier blocks = new MerkleFrontier();
    private HistoryState state;
    private int place;
    private long checkedBytes;
    private ByteBuffer block = ByteBuffer.allocate(0);

    Sealer(StoreFiles files, SegmentLeases leases, History history, Segment segment) {
        this.files = files;
        this.leases = leases;
        this.history = history;
        this.segment = segment;
        this.state = segment.start();
        this.run = new RunBuilder(Math.toIntExact(segment.number()));
    }

    Segment segment() {
        return segment;
    }

    History history() {
        return history;
    }

    /**
     * Does the next step.
     *
     * @return true when the segment is sealed
     * @throws DamagedException when the segment does not read back as it was written
     */
    boolean step() throws IOException, DamagedException {
        try (StoreFile file = files.open(segment.path(), OpenMode.EXISTING)) {
            long done = 0;
            checkHeader(file);
            while (place < segment.count() && done < STEP_BYTES) {
                BlockEntry entry = segment.entry(place);
                checkGap(file, entry.offset());
                takeIn(check(file, entry));
                checkedBytes = entry.offset() + entry.blockLength();
                done += entry.blockLength();
            }
            if (place < segment.count()) {
                return false;
            }
            checkGap(file, segment.writtenBytes());
            finish(file);
        }
        return true;
    }

    private void checkHeader(StoreFile file) throws IOException, DamagedException {
        if (checkedBytes == 0) {
            ByteBuffer bytes = ByteBuffer.allocate((int) segment.headerBytes());
            file.read(0, bytes);
            SegmentHeader header = SegmentHeader.decode(bytes.flip());
            if (header.number() != segment.number() || !header.state().equals(segment.start())) {
                throw DamagedException.damaged("its header is that of segment " + header.number());
            }
            fileDigest.update(bytes.rewind());
            checkedBytes = segment.headerBytes();
        }
    }

    /** Between blocks there is nothing but zeroes up to a multiple of 4 KiB. */
    private void checkGap(StoreFile file, long until) throws IOException, DamagedException {
        ByteBuffer gap = ByteBuffer.allocate((int) (until - checkedBytes));
        if (file.read(checkedBytes, gap) < gap.capacity() || !Checksums.isZero(gap, 0, gap.capacity())) {
            throw DamagedException.damaged("the padding at " + checkedBytes + " is not zero");
        }
        fileDigest.update(gap.flip());
        checkedBytes = until;
    }

    private BlockHeader check(StoreFile file, BlockEntry entry) throws IOException, DamagedException {
        if (block.capacity() < entry.blockLength()) {
            block = ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, entry.blockLength()));
        }
        block.clear().limit(entry.blockLength());
        if (file.read(entry.offset(), block) < entry.blockLength()) {
            throw DamagedException.damaged("the file ends within the block at " + entry.offset());
        }
        block.flip();
        fileDigest.update(block.duplicate());
        try {
            return decodeWhole(block);
        } catch (DamagedException e) {
            throw DamagedException.damaged("the block at " + entry.offset() + ": " + e.getMessage());
        }
    }

    /** Decodes a block and checks its frames. */
    static BlockHeader decodeWhole(ByteBuffer block) throws DamagedException {
        BlockHeader header = BlockHeader.decode(block);
        if (header.blockLength() != block.remaining()) {
            throw DamagedException.damaged(block.remaining() + " bytes of a block of " + header.blockLength());
        }
        ByteBuffer rest = block.slice(header.headerLength(), block.remaining() - header.headerLength());
        FrameTable frames = FrameTable.decode(header, rest);
        int tableLength = rest.remaining() - (frames.frames() == 0 ? 0 : payloadLength(frames));
        frames.checkPayload(rest.slice(tableLength, rest.remaining() - tableLength));
        return header;
    }

    private static int payloadLength(FrameTable frames) {
        int last = frames.frames() - 1;
        return frames.start(last) + frames.storedLength(last);
    }

    private void takeIn(BlockHeader header) throws DamagedException {
        HistoryState before = state;
        try {
            state = before.after(header);
        } catch (HoldfastException e) {
            throw DamagedException.damaged("block " + header.blockNumber() + " does not follow: " + e.getMessage());
        }
        if (header.isEpoch() && header.notes().getFirst() instanceof Note.Opening opening) {
            openings.add(opening);
        } else {
            spans.apply(history.lineage(), before, header);
        }
        run.add(header, place, Long.MAX_VALUE);
        blocks.add(MerkleTree.leaf(header.digest().toBytes()));
        place++;
    }

    private void finish(StoreFile file) throws IOException {
        SegmentSummary summary = new IndexWriter(file, segment.writtenBytes())
                .write(run.build(), segment.table(), segment.notes(), segment.summary(openings, spans.all()));
        file.truncate(summary.fileBytes());
        file.force();
        record(file, summary);
        leases.sealed(segment, summary, Segment.sealedPath(history.folder(), segment.number()));
        files.forceDirectory(history.folder());
        StoreFile writer = segment.file();
        if (writer != null) {
            writer.close();
            segment.file(null);
        }
        segment.dirty(false);
    }

    /**
     * The ledger has the entry before the segment has its final name, so that a sealed segment without one was tampered with. A crash in between
     * makes the same entry again, and finds it there. Where the ledger finds no room this is done again: the digest of the file stays what it was.
     */
    private void record(StoreFile file, SegmentSummary summary) throws IOException {
        FileDigest sealed = whole;
        if (sealed == null) {
            FileDigest.update(fileDigest, file, segment.writtenBytes(), summary.fileBytes());
            sealed = new FileDigest(segment.number(), 0, summary.fileBytes(), Sha256.of(fileDigest.digest()));
            whole = sealed;
        }
        if (!history.ledger().current(segment.number()).equals(Optional.of(sealed))) {
            history.ledger()
                    .append(new LedgerEntry.Sealed(
                            sealed,
                            summary.firstBlock(),
                            summary.lastBlock(),
                            summary.firstSequence(),
                            summary.lastSequence(),
                            blocks.root(),
                            summary.state().chain(),
                            false));
        }
    }
}
