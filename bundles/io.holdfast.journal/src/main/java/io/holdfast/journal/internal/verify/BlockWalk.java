package io.holdfast.journal.internal.verify;

import io.holdfast.journal.LostRange;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.FrameTable;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.StubBlock;
import io.holdfast.journal.internal.format.TablePage;
import io.holdfast.journal.internal.ledger.MerkleFrontier;
import io.holdfast.journal.internal.ledger.MerkleTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of one stretch of a file, one behind the other, every byte of them and the zeroes in between. Where one is damaged it looks for the
 * next that is whole.
 */
final class BlockWalk {

    private static final int SEARCH_BYTES = 1 << 20;

    private final CheckedFile file;
    private final BlockChain chain;
    private final List<Stretch> hidden = new ArrayList<>();
    private final ContentCheck content;
    private final MerkleFrontier digests = new MerkleFrontier();

    BlockWalk(CheckedFile file, BlockChain chain, ContentCheck content) {
        this.file = file;
        this.chain = chain;
        this.content = content;
    }

    /** Finds where blocks end and an index begins, in a segment that does not say so: at the first page of its tables. */
    static long indexStart(CheckedFile file, long from) throws IOException {
        for (long at = from; at + TablePage.BYTES <= file.size(); at += SegmentHeader.ALIGNMENT_BYTES) {
            try {
                TablePage.open(file.read(at, TablePage.BYTES), 0, RunEntry.BYTES);
                return at;
            } catch (DamagedException _) {
                // not here; perhaps further on
            }
        }
        return file.size();
    }

    /** Walks from a block's start up to an end that lies behind the last block and its padding. */
    void run(long from, long end) throws IOException {
        run(from, end, this::block);
    }

    /** Walks over what cleaning has left. */
    void runLeft(long from, long end) throws IOException {
        run(from, end, this::left);
    }

    /**
     * A part of the file.
     *
     * @param from first byte
     * @param to the byte behind the last
     */
    record Stretch(long from, long to) {

        boolean contains(long offset) {
            return offset >= from && offset < to;
        }
    }

    private interface Reading {

        /** Reads what lies at a place, and returns its length. */
        long read(long at, long end) throws IOException, DamagedException;
    }

    private void run(long from, long end, Reading reading) throws IOException {
        long at = from;
        while (at < end) {
            long start = at;
            try {
                start = startOf(at, end);
                if (start >= end) {
                    return;
                }
                at = start + reading.read(start, end);
            } catch (DamagedException e) {
                long next = search(start + 1, end);
                file.findings().damage(file.path(), start, next - start, String.valueOf(e.getMessage()));
                hidden.add(new Stretch(start, next));
                chain.lose();
                at = next;
            }
        }
    }

    /** Takes a block that lies alone, as in the intake log, unless the segments have it. */
    void single(long at, int length) throws IOException {
        try {
            ByteBuffer head = file.read(at, length);
            if (BlockHeader.decode(head).blockNumber() > chain.blockNumber()) {
                block(at, at + length);
            }
        } catch (DamagedException e) {
            file.findings().damage(file.path(), at, length, String.valueOf(e.getMessage()));
            chain.lose();
        }
    }

    /** Where no header could be read. */
    List<Stretch> hidden() {
        return hidden;
    }

    /** The root over the digests of the blocks that were read. */
    Sha256 digestsRoot() {
        return digests.root();
    }

    /** A block begins here, or behind zeroes at the next multiple of 4 KiB. */
    private long startOf(long at, long end) throws IOException, DamagedException {
        long next = Math.min(end, SegmentHeader.padded(at));
        if (next == at || startsBlock(at, end)) {
            return at;
        }
        long bad = file.firstNotZero(at, next);
        if (bad >= 0) {
            file.findings().damage(file.path(), bad, 1, "a byte between blocks is not zero");
        }
        return next;
    }

    private boolean startsBlock(long at, long end) throws IOException {
        return startsWhole(at, end) || startsStub(at, end);
    }

    private boolean startsWhole(long at, long end) throws IOException {
        if (at + BlockLayout.PREFIX_BYTES > end) {
            return false;
        }
        try {
            BlockLayout.checkPrefix(file.read(at, BlockLayout.PREFIX_BYTES), 0);
            return true;
        } catch (DamagedException _) {
            return false;
        }
    }

    private boolean startsStub(long at, long end) throws IOException {
        if (at + StubBlock.BYTES > end) {
            return false;
        }
        try {
            return StubBlock.startsAt(file.read(at, StubBlock.BYTES));
        } catch (DamagedException _) {
            return false;
        }
    }

    /** Reads what cleaning has left of a block and returns its length. */
    private long left(long at, long end) throws IOException, DamagedException {
        if (startsStub(at, end)) {
            StubBlock stub = StubBlock.decode(file.read(at, StubBlock.BYTES));
            report(chain.take(stub), at, StubBlock.BYTES, stub.blockNumber());
            digests.add(MerkleTree.leaf(stub.digest().toBytes()));
            return StubBlock.BYTES;
        }
        int headerLength = BlockLayout.checkPrefix(file.read(at, BlockLayout.PREFIX_BYTES), 0);
        BlockHeader header = BlockHeader.decode(file.read(at, headerLength));
        int rest = (int) Math.min(ColdTable.HEAD_BYTES, end - at - headerLength);
        if (header.frameCount() > 0 && ColdTable.startsAt(file.read(at + headerLength, rest))) {
            return cold(at, end, header);
        }
        int tableLength = BlockLayout.frameTableLength(header.frameCount());
        FrameTable frames = FrameTable.decodeLeft(header, file.read(at + headerLength, tableLength));
        int length = headerLength + tableLength + frames.payloadLength();
        take(at, length, end, header);
        frames(at, header, frames);
        return length;
    }

    private void take(long at, int length, long end, BlockHeader header) throws DamagedException {
        if (at + length > end) {
            throw DamagedException.damaged("what is left of a block, " + length + " bytes, ends behind " + end);
        }
        report(chain.take(header), at, length, header.blockNumber());
        digests.add(MerkleTree.leaf(header.digest().toBytes()));
    }

    /** Reads a block that was coded anew as a whole. */
    private long cold(long at, long end, BlockHeader header) throws IOException, DamagedException {
        long tableAt = at + header.headerLength();
        int tableLength = ColdTable.length(file.read(tableAt, ColdTable.HEAD_BYTES));
        ColdTable table = ColdTable.decode(header, file.read(tableAt, tableLength));
        int length = header.headerLength() + tableLength + table.storedLength();
        take(at, length, end, header);
        long storedAt = tableAt + tableLength;
        try {
            ByteBuffer stored = file.read(storedAt, table.storedLength());
            table.check(stored);
            chain.loseContent(content.check(file, at, header, table, stored));
        } catch (DamagedException e) {
            file.findings().damage(file.path(), storedAt, table.storedLength(), String.valueOf(e.getMessage()));
            chain.loseContent(extentsOf(header, 0, header.plaintextLength()));
        }
        return length;
    }

    private void report(@Nullable String problem, long at, long length, long blockNumber) {
        if (problem != null) {
            file.findings().damage(file.path(), at, length, "block " + blockNumber + " " + problem);
        }
    }

    /** Reads one block and returns its length; damage within its frames is reported here and costs no more than those frames. */
    private long block(long at, long end) throws IOException, DamagedException {
        ByteBuffer prefix = file.read(at, BlockLayout.PREFIX_BYTES);
        int headerLength = BlockLayout.checkPrefix(prefix, 0);
        BlockHeader header = BlockHeader.decode(file.read(at, headerLength));
        if (at + header.blockLength() > end) {
            throw DamagedException.damaged("a block of " + header.blockLength() + " bytes ends behind " + end);
        }
        report(chain.take(header), at, header.blockLength(), header.blockNumber());
        digests.add(MerkleTree.leaf(header.digest().toBytes()));
        payload(at, header);
        return header.blockLength();
    }

    private void payload(long at, BlockHeader header) throws IOException, DamagedException {
        int tableLength = BlockLayout.frameTableLength(header.frameCount());
        long tableAt = at + header.headerLength();
        FrameTable frames;
        try {
            frames = FrameTable.decode(header, file.read(tableAt, tableLength));
        } catch (DamagedException e) {
            file.findings().damage(file.path(), tableAt, tableLength, String.valueOf(e.getMessage()));
            chain.loseContent(extentsOf(header, 0, header.plaintextLength()));
            return;
        }
        frames(at, header, frames);
    }

    private void frames(long at, BlockHeader header, FrameTable frames) throws IOException, DamagedException {
        long payloadAt = at + header.headerLength() + BlockLayout.frameTableLength(frames.frames());
        List<ByteBuffer> stored = new ArrayList<>(frames.frames());
        List<LostRange> lost = new ArrayList<>();
        for (int frame = 0; frame < frames.frames(); frame++) {
            if (frames.isDropped(frame)) {
                stored.add(ByteBuffer.allocate(0));
                continue;
            }
            long frameAt = payloadAt + frames.start(frame);
            try {
                ByteBuffer bytes = file.read(frameAt, frames.storedLength(frame));
                frames.checkFrame(frame, bytes);
                stored.add(bytes);
            } catch (DamagedException e) {
                file.findings()
                        .damage(file.path(), frameAt, frames.storedLength(frame), String.valueOf(e.getMessage()));
                int first = frame * BlockLayout.FRAME_BYTES;
                lost.addAll(extentsOf(header, first, first + FrameTable.plaintextLength(header, frame)));
            }
        }
        if (lost.isEmpty()) {
            lost.addAll(content.check(file, at, header, frames, stored));
        }
        chain.loseContent(lost);
    }

    /** The ranges whose data lies in a stretch of a block's plaintext. */
    static List<LostRange> extentsOf(BlockHeader header, int from, int to) {
        List<LostRange> ranges = new ArrayList<>();
        for (int index = 0; index < header.extentCount(); index++) {
            long place = header.extentPlace(index);
            long span = header.extentSpan(index);
            if (!Extent.isData(place)) {
                continue;
            }
            int start = header.plaintextStart(index);
            int first = Math.max(start, from);
            int last = Math.min(start + (int) Extent.bytes(place, span), to);
            if (first < last) {
                ranges.add(new LostRange(
                        Extent.disk(place),
                        Extent.offset(place) + first - start,
                        last - first,
                        header.firstSequence() + Extent.sequenceDelta(span)));
            }
        }
        return ranges;
    }

    /** Finds where the next whole header lies; the end when there is none. */
    private long search(long from, long end) throws IOException {
        try {
            for (long at = from; at + BlockLayout.PREFIX_BYTES <= end; at += SEARCH_BYTES) {
                int length = (int) Math.min(SEARCH_BYTES + BlockLayout.PREFIX_BYTES, end - at);
                ByteBuffer bytes = file.readAround(at, length).order(ByteOrder.LITTLE_ENDIAN);
                for (int index = 0; index + BlockLayout.PREFIX_BYTES <= length && index < SEARCH_BYTES; index++) {
                    if (bytes.getInt(index + BlockLayout.MAGIC_AT) == BlockLayout.MAGIC && isWhole(bytes, index)) {
                        return at + index;
                    }
                }
            }
        } catch (DamagedException _) {
            // the file is shorter than it should be: there is nothing more in it
        }
        return end;
    }

    private static boolean isWhole(ByteBuffer bytes, int at) {
        try {
            BlockLayout.checkPrefix(bytes, at);
            return true;
        } catch (DamagedException _) {
            return false;
        }
    }
}
