package io.holdfast.journal.internal.store;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopyTarget;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.SegmentSummary;
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
    private final @Nullable SegmentSummary summary;
    private final Optional<FileDigest> recorded;
    private final MessageDigest digest = Checksums.sha256();
    private final MerkleFrontier blocks = new MerkleFrontier();
    private long at;
    private long digested;
    private LedgerEntry.@Nullable Sealed entry;

    private ArrivalCheck(
            StoreFile file,
            long number,
            long from,
            long end,
            @Nullable SegmentSummary summary,
            Optional<FileDigest> recorded) {
        this.file = file;
        this.number = number;
        this.at = from;
        this.end = end;
        this.summary = summary;
        this.recorded = recorded;
    }

    /** Checks blocks between two places. */
    static ArrivalCheck ofBlocks(StoreFile file, long number, long from, long end) {
        return new ArrivalCheck(file, number, from, end, null, Optional.empty());
    }

    /** Checks all blocks of a segment, and the file as a whole. */
    static ArrivalCheck ofSealed(StoreFile file, long number, SegmentSummary summary, Optional<FileDigest> recorded) {
        return new ArrivalCheck(file, number, 0, summary.run().offset(), summary, recorded);
    }

    long number() {
        return number;
    }

    /** What the sealed segment says of itself. */
    SegmentSummary summary() {
        SegmentSummary sealed = summary;
        if (sealed == null) {
            throw new IllegalStateException("segment " + number + " was not checked as a sealed one");
        }
        return sealed;
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
        SegmentSummary sealed = summary;
        if (sealed != null && at == 0) {
            at = SegmentLoader.headerBytes(file);
        }
        long until = at + STEP_BYTES;
        while (at < end && at < until) {
            long start = SegmentLoader.skipPadding(file, at, end);
            at = start < end ? checkBlock(start) : end;
        }
        if (sealed != null) {
            long to = at < end ? at : sealed.fileBytes();
            FileDigest.update(digest, file, digested, to);
            digested = to;
            if (at == end) {
                finish(sealed);
            }
        }
        return at < end;
    }

    private long checkBlock(long start) throws IOException, DamagedException {
        ByteBuffer prefix = SegmentLoader.read(file, start, BlockLayout.PREFIX_BYTES);
        BlockLayout.checkPrefix(prefix, 0);
        int length = BlockLayout.blockLength(prefix, 0);
        if (length > end - start) {
            throw DamagedException.damaged("the block at " + start + " of segment " + number + " ends behind " + end);
        }
        try {
            BlockHeader header = Sealer.decodeWhole(SegmentLoader.read(file, start, length));
            blocks.add(MerkleTree.leaf(header.digest().toBytes()));
        } catch (DamagedException e) {
            throw DamagedException.damaged("the block at " + start + " of segment " + number + ": " + e.getMessage());
        }
        return start + length;
    }

    private void finish(SegmentSummary sealed) throws DamagedException {
        FileDigest found = new FileDigest(number, 0, sealed.fileBytes(), Sha256.of(digest.digest()));
        if (recorded.isPresent() && !recorded.get().equals(found)) {
            throw DamagedException.damaged("segment " + number + " has SHA-256 " + found.sha256()
                    + "; the source's ledger expects " + recorded.get().sha256());
        }
        entry = new LedgerEntry.Sealed(
                found,
                sealed.firstBlock(),
                sealed.lastBlock(),
                sealed.firstSequence(),
                sealed.lastSequence(),
                blocks.root(),
                sealed.state().chain(),
                false);
    }
}
