package io.holdfast.journal.internal.verify;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.FileDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Checks one segment's file: header, blocks, index, and the whole of it against the ledger. */
final class SegmentCheck {

    private final CheckedFile file;
    private final Owner owner;
    private final long number;
    private final BlockChain chain;
    private final ContentCheck content;

    /**
     * What a segment's header has to name.
     *
     * @param machine whose
     * @param incarnation of the history here
     * @param storeId this store
     * @param standing says which segments other stores wrote
     */
    record Owner(io.holdfast.base.MachineId machine, long incarnation, java.util.UUID storeId, Standing standing) {}

    SegmentCheck(CheckedFile file, Owner owner, long number, BlockChain chain, ContentCheck content) {
        this.file = file;
        this.owner = owner;
        this.number = number;
        this.chain = chain;
        this.content = content;
    }

    /** Checks a sealed segment, as it was sealed or as cleaning has left it. */
    void sealed(LedgerCheck ledger, int generation) throws IOException {
        long before = file.findings().damages();
        SegmentSummary summary = summary();
        long blocksFrom = header();
        if (blocksFrom >= 0) {
            BlockWalk walk = new BlockWalk(file, chain, content);
            long end = summary == null
                    ? BlockWalk.indexStart(file, blocksFrom)
                    : summary.run().offset();
            if (generation == 0) {
                walk.run(blocksFrom, end);
            } else {
                walk.runLeft(blocksFrom, end);
            }
            if (summary != null) {
                new IndexCheck(file, summary).run();
                checkAgainst(summary);
            }
            checkRoot(ledger, walk.digestsRoot(), file.findings().damages() == before);
        }
        checkDigest(ledger, file.findings().damages() == before);
    }

    /** Checks a segment without an index up to where it is durable. */
    void open(long durableLength) throws IOException {
        long blocksFrom = header();
        if (blocksFrom < 0) {
            return;
        }
        new BlockWalk(file, chain, content).run(blocksFrom, Math.min(durableLength, file.size()));
        if (file.size() < durableLength) {
            damage(
                    file.size(),
                    durableLength - file.size(),
                    "ends before " + durableLength + ", up to where it was acknowledged");
            chain.lose();
        } else if (file.size() > durableLength) {
            file.findings().tail(file.path(), durableLength, file.size() - durableLength);
        }
    }

    private void damage(long at, long length, String detail) {
        file.findings().damage(file.path(), at, length, detail);
    }

    /** Checks the header; returns where blocks begin, or -1 when the segment is none of this place. */
    private long header() throws IOException {
        int length = 0;
        try {
            length = SegmentHeader.length(file.read(0, Envelope.HEAD_BYTES));
            SegmentHeader header = SegmentHeader.decode(file.read(0, length));
            Standing.Stretch origin = owner.standing().originOf(number, owner.storeId(), owner.incarnation());
            boolean ours = header.storeId().equals(origin.store())
                    && header.machine().equals(owner.machine())
                    && header.incarnation() == origin.incarnation()
                    && header.number() == number;
            if (!ours) {
                damage(
                        0,
                        length,
                        "is segment " + header.number() + " of machine " + header.machine() + " of store "
                                + header.storeId() + ", incarnation " + header.incarnation());
                chain.lose();
                return -1;
            }
            return begin(header.state(), length);
        } catch (DamagedException e) {
            damage(0, Math.max(length, Envelope.HEAD_BYTES), String.valueOf(e.getMessage()));
            chain.lose();
            return Math.max(length, SegmentHeader.ALIGNMENT_BYTES);
        }
    }

    private long begin(HistoryState state, int length) {
        boolean follows = chain.mayFollow(state);
        String problem = chain.begin(state);
        if (problem != null) {
            damage(0, length, problem);
        }
        return follows ? length : -1;
    }

    private @Nullable SegmentSummary summary() throws IOException {
        long tailAt = Math.max(0, file.size() - SegmentSummary.TAIL_BYTES);
        long at = tailAt;
        try {
            ByteBuffer tail = file.read(tailAt, SegmentSummary.TAIL_BYTES);
            SegmentSummary.Section place = SegmentSummary.decodeTail(tail, file.size());
            at = place.offset();
            if (at + place.bytes() != tailAt) {
                throw DamagedException.damaged("the summary does not reach to the tail");
            }
            return SegmentSummary.decode(file.read(at, place.bytes()));
        } catch (DamagedException e) {
            damage(at, file.size() - at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** What the summary says is what the blocks said. */
    private void checkAgainst(SegmentSummary summary) {
        HistoryState state = chain.state();
        boolean same = summary.number() == number
                && summary.lastBlock() == chain.blockNumber()
                && (state == null || summary.state().equals(state));
        if (!same) {
            damage(
                    file.size() - SegmentSummary.TAIL_BYTES,
                    0,
                    "its summary is that of segment " + summary.number() + " up to block " + summary.lastBlock()
                            + "; its blocks end with " + chain.blockNumber());
            if (summary.lastBlock() > chain.blockNumber()) {
                chain.lose();
            }
        }
    }

    /** Blocks keep their digests whatever is done to the file, so their root is the one of the sealing for ever. */
    private void checkRoot(LedgerCheck ledger, Sha256 root, boolean good) {
        ledger.blocksRoot(number)
                .filter(wanted -> good && !wanted.equals(root))
                .ifPresent(wanted -> damage(0, file.size(), "its blocks make root " + root + "; sealed was " + wanted));
    }

    private void checkDigest(LedgerCheck ledger, boolean good) throws IOException {
        FileDigest wanted = ledger.current(number).orElse(null);
        if (wanted == null) {
            if (!ledger.mayLackEntry(number)) {
                damage(0, file.size(), "is sealed and has no entry in the ledger");
            }
            return;
        }
        FileDigest found;
        try {
            found = FileDigest.of(file.raw(), number, wanted.generation());
        } catch (UnreadableException e) {
            if (good) {
                damage(e.position(), 1, String.valueOf(e.getMessage()));
            }
            return;
        }
        file.findings().read(file.size());
        if (good && !found.equals(wanted)) {
            damage(
                    0,
                    file.size(),
                    "has " + found.fileBytes() + " bytes with SHA-256 " + found.sha256() + "; the ledger says "
                            + wanted.fileBytes() + " and " + wanted.sha256());
        }
    }
}
