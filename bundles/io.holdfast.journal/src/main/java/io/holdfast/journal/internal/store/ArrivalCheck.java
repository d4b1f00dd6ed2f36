package io.holdfast.journal.internal.store;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopyTarget;
import io.holdfast.journal.internal.copy.SourceSegment;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.LeftBlock;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.StubBlock;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.MerkleFrontier;
import io.holdfast.journal.internal.ledger.MerkleTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads back what has arrived from another store: every block with its frames, and the zeroes in between. Of a sealed segment also the digest of the
 * whole file and the root of its blocks, as its entry in the ledger has them.
 */
final class ArrivalCheck implements CopyTarget.Check {

    private static final long STEP_BYTES = 4L << 20;

    private final StoreFile file;
    private final long number;
    private final long end;
    private final @Nullable SourceSegment sealed;
    private final Optional<FileDigest> recorded;
    private final MessageDigest digest = Checksums.sha256();
    private final MerkleFrontier blocks = new MerkleFrontier();
    private long at;
    private int place;
    private LedgerEntry.@Nullable Sealed entry;

    private ArrivalCheck(
            StoreFile file,
            long number,
            long from,
            long end,
            @Nullable SourceSegment sealed,
            Optional<FileDigest> recorded) {
        this.file = file;
        this.number = number;
        this.at = from;
        this.end = end;
        this.sealed = sealed;
        this.recorded = recorded;
    }

    /** Checks blocks between two places. */
    static ArrivalCheck ofBlocks(StoreFile file, long number, long from, long end) {
        return new ArrivalCheck(file, number, from, end, null, Optional.empty());
    }

    /** Checks all blocks of a segment, which may have been cleaned, and the file as a whole. */
    static ArrivalCheck ofSealed(StoreFile file, long number, SourceSegment segment, Optional<FileDigest> recorded) {
        return new ArrivalCheck(file, number, 0, 0, segment, recorded);
    }

    long number() {
        return number;
    }

    /** What the sealed segment says of itself. */
    SegmentSummary summary() {
        SourceSegment segment = sealed;
        SegmentSummary summary = segment == null ? null : segment.summary();
        if (summary == null) {
            throw new IllegalStateException("segment " + number + " was not checked as a sealed one");
        }
        return summary;
    }

    /** The entry for the ledger, once a sealed segment was checked. */
    LedgerEntry.Sealed entry() {
        LedgerEntry.Sealed checked = entry;
        if (checked == null) {
            throw new IllegalStateException("segment " + number + " is taken before its check has ended");
        }
        return checked;
    }

    @Override
    public boolean step() throws IOException, DamagedException {
        SourceSegment segment = sealed;
        return segment == null ? walkStep() : tableStep(segment);
    }

    /** Follows blocks that no index lists yet. */
    private boolean walkStep() throws IOException, DamagedException {
        long until = at + STEP_BYTES;
        while (at < end && at < until) {
            long start = SegmentLoader.skipPadding(file, at, end);
            ByteBuffer prefix = SegmentLoader.read(file, start, BlockLayout.PREFIX_BYTES);
            BlockLayout.checkPrefix(prefix, 0);
            int length = BlockLayout.blockLength(prefix, 0);
            if (length > end - start) {
                throw DamagedException.damaged(
                        "the block at " + start + " of segment " + number + " ends behind " + end);
            }
            checkBlock(start, length);
            at = start + length;
        }
        return at < end;
    }

    /** Follows the index; what lies between blocks is covered by the digest of the file. */
    private boolean tableStep(SourceSegment segment) throws IOException, DamagedException {
        long from = at;
        while (place < segment.blocks() && at - from < STEP_BYTES) {
            BlockEntry listed = segment.reader().table().entry(place);
            if (listed.isStub()) {
                ByteBuffer bytes = SegmentLoader.read(file, listed.offset(), StubBlock.BYTES);
                blocks.add(MerkleTree.leaf(StubBlock.decode(bytes).digest().toBytes()));
            } else {
                blocks.add(MerkleTree.leaf(
                        checkBlock(listed.offset(), listed.blockLength()).toBytes()));
            }
            digestUntil(listed.offset() + listed.blockLength());
            place++;
        }
        if (place < segment.blocks()) {
            return true;
        }
        digestUntil(summary().fileBytes());
        finish(segment);
        return false;
    }

    private void digestUntil(long to) throws IOException {
        FileDigest.update(digest, file, at, to);
        at = to;
    }

    private ChainDigest checkBlock(long start, int length) throws IOException, DamagedException {
        try {
            return LeftBlock.check(SegmentLoader.read(file, start, length)).digest();
        } catch (DamagedException e) {
            throw DamagedException.damaged("the block at " + start + " of segment " + number + ": " + e.getMessage());
        }
    }

    private void finish(SourceSegment segment) throws DamagedException {
        SegmentSummary summary = summary();
        FileDigest found =
                new FileDigest(number, segment.generation(), summary.fileBytes(), Sha256.of(digest.digest()));
        if (recorded.isPresent()
                && recorded.get().generation() == found.generation()
                && !recorded.get().equals(found)) {
            throw DamagedException.damaged("segment " + number + " has SHA-256 " + found.sha256()
                    + "; the source's ledger expects " + recorded.get().sha256());
        }
        entry = new LedgerEntry.Sealed(
                found,
                summary.firstBlock(),
                summary.lastBlock(),
                summary.firstSequence(),
                summary.lastSequence(),
                blocks.root(),
                summary.state().chain(),
                false);
    }
}
