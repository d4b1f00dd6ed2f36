package io.holdfast.journal.internal.retain;

import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.FrameTable;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.StubBlock;
import io.holdfast.journal.internal.read.SegmentReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Says what has to be left of the blocks of one segment. A block without any frame that is needed keeps its header as long as that says something
 * that is asked for: a kept sequence, an epoch, disks, or extents without data, of which no survey tells which are newest.
 *
 * @param cuts of the history
 * @param live frames of the segment
 */
public record Remainder(Cuts cuts, LiveSet live) {

    /**
     * Tells whether a block's header has to be left.
     *
     * @param place of the block
     * @param header its header
     * @return false when a stub will do
     */
    public boolean keepsHeader(int place, BlockHeader header) {
        boolean named = header.sequenceCount() > 0
                && !cuts.within(header.firstSequence(), header.lastSequence()).isEmpty();
        return live.hasAny(place) || named || header.notes().stream().anyMatch(this::keeps) || hasEmptyExtent(header);
    }

    private boolean keeps(Note note) {
        return switch (note) {
            case Note.Opening _ -> true;
            case Note.Entry(StreamRecord.Disks _) -> true;
            case Note.Entry(var entry) -> cuts.contains(entry.sequence());
        };
    }

    private static boolean hasEmptyExtent(BlockHeader header) {
        for (int extent = 0; extent < header.extentCount(); extent++) {
            if (!Extent.isData(header.extentPlace(extent))) {
                return true;
            }
        }
        return false;
    }

    /** About how much shorter a block that was coded anew gets. */
    private int unneeded(int place, BlockHeader header, ColdTable coded) {
        if (!live.knowsBytes()) {
            return 0;
        }
        double needed =
                (double) live.pieces(place, header).bytes() / coded.pieces().bytes();
        return (int) (coded.storedLength() * (1 - Math.min(1, needed)));
    }

    /**
     * Tells how long what is left of a block is.
     *
     * @param place of the block
     * @param entry of the block, which is no stub
     * @param reader of its segment
     * @return bytes
     * @throws IOException when the medium fails
     * @throws DamagedException when the block is damaged
     */
    public int length(int place, BlockEntry entry, SegmentReader reader) throws IOException, DamagedException {
        BlockHeader header = reader.block(place).header();
        if (!keepsHeader(place, header)) {
            return StubBlock.BYTES;
        }
        Optional<ColdTable> coded = reader.cold(place);
        if (live.hasAny(place) && coded.isPresent()) {
            return entry.blockLength() - unneeded(place, header, coded.get());
        }
        FrameTable frames = reader.frameTable(place);
        int length = header.headerLength() + BlockLayout.frameTableLength(frames.frames());
        for (int frame = 0; frame < frames.frames(); frame++) {
            length += live.has(place, frame) ? frames.storedLength(frame) : 0;
        }
        return length;
    }
}
