package io.holdfast.journal.internal.store;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.read.SealedIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Takes segment files into a history, one behind the other: a sealed one by its summary, another one block by block. Each has to go on where the
 * history stands.
 */
final class SegmentLoader {

    private final StoreFiles files;
    private final UUID storeId;
    private final History history;

    SegmentLoader(StoreFiles files, UUID storeId, History history) {
        this.files = files;
        this.storeId = storeId;
        this.history = history;
    }

    /** Takes in a sealed segment. */
    void sealed(long number, int generation) throws IOException, DamagedException {
        String path = Segment.sealedPath(history.folder(), number, generation);
        try (StoreFile file = files.open(path, OpenMode.READ)) {
            SegmentHeader header = readHeader(file, number);
            SegmentSummary summary = SealedIndex.readSummary(file);
            if (summary.number() != number
                    || summary.firstBlock() != header.state().blockNumber() + 1) {
                throw DamagedException.damaged("holds another segment, " + summary.number());
            }
            Segment segment = Segment.sealed(history.folder(), summary, header.state());
            segment.clean(generation, summary);
            history.recovered(segment, summary);
        } catch (DamagedException e) {
            throw DamagedException.damaged(path + ": " + e.getMessage());
        }
    }

    /** Takes in the header of a segment without an index; {@link #walk} takes in its blocks. */
    Segment unsealed(StoreFile file, long number) throws IOException, DamagedException {
        SegmentHeader header = readHeader(file, number);
        long headerBytes = headerBytes(file);
        Segment segment = new Segment(history.folder(), number, header.state(), headerBytes);
        history.newestRolled();
        history.addSegment(segment);
        return segment;
    }

    /** Tells where the first block of a segment begins. */
    static long headerBytes(StoreFile file) throws IOException, DamagedException {
        return SegmentHeader.length(read(file, 0, Envelope.HEAD_BYTES));
    }

    /** Tells whether a file is the next segment of this history. */
    void requireHeader(StoreFile file, long number) throws IOException, DamagedException {
        readHeader(file, number);
    }

    private SegmentHeader readHeader(StoreFile file, long number) throws IOException, DamagedException {
        SegmentHeader header = SegmentLeases.readHeader(file);
        Standing.Stretch origin = history.standing().originOf(number, storeId, history.incarnation());
        boolean ours = header.storeId().equals(origin.store())
                && header.machine().equals(history.machine())
                && header.incarnation() == origin.incarnation()
                && header.number() == number;
        if (!ours) {
            throw DamagedException.damaged("belongs to store " + header.storeId() + ", machine " + header.machine()
                    + ", segment " + header.number());
        }
        HistoryState before = history.durable();
        if (header.state().blockNumber() != before.blockNumber()
                || !header.state().chain().equals(before.chain())) {
            throw DamagedException.damaged(
                    "starts after block " + header.state().blockNumber() + "; expected block " + before.blockNumber());
        }
        return header;
    }

    /** Follows the blocks of a segment; returns the end of the last good one, or the durable length when all are. */
    long walk(StoreFile file, Segment segment, long from, long durableLength) throws IOException {
        long at = from;
        while (at < durableLength) {
            try {
                long start = skipPadding(file, at, durableLength);
                if (start >= durableLength) {
                    return durableLength;
                }
                ByteBuffer prefix = read(file, start, BlockLayout.PREFIX_BYTES);
                BlockHeader header = BlockHeader.decode(read(file, start, BlockLayout.checkPrefix(prefix, 0)));
                if (start + header.blockLength() > durableLength) {
                    return at;
                }
                HistoryState after = history.durable().after(header);
                segment.add(start, header, after);
                history.recovered(header, null, after);
                at = start + header.blockLength();
            } catch (DamagedException | HoldfastException _) {
                return at;
            }
        }
        return durableLength;
    }

    /** Finds where the next block starts: here, or behind zeroes at the next multiple of 4 KiB. */
    static long skipPadding(StoreFile file, long at, long durableLength) throws IOException, DamagedException {
        long next = SegmentHeader.padded(at);
        if (next == at || startsBlock(file, at, durableLength)) {
            return at;
        }
        int length = (int) (Math.min(next, durableLength) - at);
        if (!Checksums.isZero(read(file, at, length), 0, length)) {
            throw DamagedException.damaged("the padding at " + at + " is not zero");
        }
        return next;
    }

    private static boolean startsBlock(StoreFile file, long at, long durableLength) throws IOException {
        if (at + BlockLayout.PREFIX_BYTES > durableLength) {
            return false;
        }
        try {
            BlockLayout.checkPrefix(read(file, at, BlockLayout.PREFIX_BYTES), 0);
            return true;
        } catch (DamagedException _) {
            return false;
        }
    }

    static ByteBuffer read(StoreFile file, long offset, int length) throws IOException, DamagedException {
        ByteBuffer content = ByteBuffer.allocate(length);
        if (file.read(offset, content) < length) {
            throw DamagedException.damaged("ends within " + length + " bytes at " + offset);
        }
        return content.flip();
    }
}
