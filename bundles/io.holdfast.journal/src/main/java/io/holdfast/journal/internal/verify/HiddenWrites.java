package io.holdfast.journal.internal.verify;

import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.TablePage;
import io.holdfast.journal.internal.format.TableWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What blocks wrote whose headers are damaged: the index of their sealed segment still tells the ranges that were newest in them, at the end of the
 * segment. What they wrote and the same segment wrote again lies beneath, and is not told.
 */
final class HiddenWrites {

    private final CheckedFile file;
    private final SegmentSummary summary;

    HiddenWrites(CheckedFile file, SegmentSummary summary) {
        this.file = file;
        this.summary = summary;
    }

    /**
     * Reads the index.
     *
     * @param hidden stretches of the segment in which no header could be read
     * @return ranges, each with the first sequence of its block
     * @throws DamagedException when the index is damaged too
     */
    List<LostRange> in(List<BlockWalk.Stretch> hidden) throws IOException, DamagedException {
        Map<Integer, Long> firstSequences = blocksIn(hidden);
        List<LostRange> ranges = new ArrayList<>();
        for (int number = 0; number < pages(summary.run()); number++) {
            ByteBuffer page = page(summary.run(), number, RunEntry.BYTES);
            for (int at = 0; at + RunEntry.BYTES <= page.limit(); at += RunEntry.BYTES) {
                long key = page.getLong(at);
                long location = page.getLong(at + Long.BYTES);
                Long first = firstSequences.get(RunEntry.block(location));
                if (first != null && RunEntry.kind(key) == ExtentKind.DATA.ordinal()) {
                    ranges.add(
                            new LostRange(RunEntry.disk(key), RunEntry.offset(key), RunEntry.length(location), first));
                }
            }
        }
        return ranges;
    }

    private Map<Integer, Long> blocksIn(List<BlockWalk.Stretch> hidden) throws IOException, DamagedException {
        Map<Integer, Long> firstSequences = new HashMap<>();
        int place = 0;
        for (int number = 0; number < pages(summary.blocks()); number++) {
            ByteBuffer page = page(summary.blocks(), number, BlockEntry.BYTES);
            for (int index = 0; (index + 1) * BlockEntry.BYTES <= page.limit(); index++) {
                BlockEntry block = TableWriter.block(page, index);
                if (!block.isStub() && hidden.stream().anyMatch(stretch -> stretch.contains(block.offset()))) {
                    firstSequences.put(place, block.firstSequence());
                }
                place++;
            }
        }
        return firstSequences;
    }

    private static int pages(SegmentSummary.Section section) {
        return section.bytes() / TablePage.BYTES;
    }

    private ByteBuffer page(SegmentSummary.Section section, int number, int entryBytes)
            throws IOException, DamagedException {
        long at = section.offset() + (long) number * TablePage.BYTES;
        return TablePage.open(file.read(at, TablePage.BYTES), number, entryBytes);
    }
}
