package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.NoteCodec;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.TablePage;
import io.holdfast.journal.internal.format.TableWriter;
import io.holdfast.journal.internal.format.WideEntry;
import io.holdfast.journal.internal.read.BlockTable;
import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.WideTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes the index behind the blocks of a segment: run, block table, fences, wide entries, notes, summary, tail. */
final class IndexWriter {

    private final StoreFile file;
    private final WriteBuffer buffer = new WriteBuffer();
    private long at;

    /**
     * Writes behind what a file has.
     *
     * @param file open for writing
     * @param from end of its blocks
     */
    IndexWriter(StoreFile file, long from) {
        this.file = file;
        this.at = from;
    }

    /**
     * Writes the index.
     *
     * @param run what is newest in the segment
     * @param blocks all of them, by place
     * @param notes those of the blocks, in order
     * @param draft what the summary says apart from places and lengths
     * @return the summary as written
     */
    SegmentSummary write(MemoryRun run, BlockTable blocks, List<PlacedNote> notes, SegmentSummary draft)
            throws IOException {
        SegmentSummary.Section runSection = writeRun(run);
        SegmentSummary.Section blockSection = writeBlocks(blocks);
        SegmentSummary.Section fences = writePlain(fences(run), TablePage.pages(run.count(), RunEntry.BYTES));
        SegmentSummary.Section wide = writePlain(wide(run), run.wide().length / WideTable.WORDS);
        SegmentSummary.Section notesSection = writePlain(encode(notes), notes.size());
        SegmentSummary.Index index = new SegmentSummary.Index(runSection, blockSection, fences, wide, notesSection);
        int summaryLength = draft.with(index, 0).encode().length;
        long fileBytes = at + summaryLength + SegmentSummary.TAIL_BYTES;
        SegmentSummary summary = draft.with(index, fileBytes);
        write(ByteBuffer.wrap(summary.encode()));
        write(ByteBuffer.wrap(SegmentSummary.encodeTail(at - summaryLength, summaryLength, fileBytes)));
        buffer.flush(file, at);
        return summary;
    }

    private SegmentSummary.Section writeRun(MemoryRun run) throws IOException {
        long start = at;
        TableWriter table = new TableWriter(RunEntry.BYTES, this::write);
        for (int index = 0; index < run.count(); index++) {
            table.add(run.key(index), run.location(index));
        }
        int pages = table.end();
        return new SegmentSummary.Section(start, pages * TablePage.BYTES, run.count(), 0);
    }

    private SegmentSummary.Section writeBlocks(BlockTable blocks) throws IOException {
        long start = at;
        TableWriter table = new TableWriter(BlockEntry.BYTES, this::write);
        int count = blocks.count();
        try {
            for (int place = 0; place < count; place++) {
                table.add(blocks.entry(place));
            }
        } catch (DamagedException e) {
            throw new IllegalStateException("a table in memory is whole", e);
        }
        int pages = table.end();
        return new SegmentSummary.Section(start, pages * TablePage.BYTES, count, 0);
    }

    private SegmentSummary.Section writePlain(byte[] content, int count) throws IOException {
        long start = at;
        write(ByteBuffer.wrap(content));
        return new SegmentSummary.Section(start, content.length, count, Checksums.crc32c(content, 0, content.length));
    }

    private void write(ByteBuffer content) throws IOException {
        int length = content.remaining();
        buffer.add(file, at, content);
        at += length;
    }

    private static byte[] fences(MemoryRun run) {
        int capacity = TablePage.capacity(RunEntry.BYTES);
        int pages = TablePage.pages(run.count(), RunEntry.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int page = 0; page < pages; page++) {
            bytes.putLong(run.key(page * capacity));
        }
        return bytes.array();
    }

    private static byte[] wide(MemoryRun run) {
        long[] words = run.wide();
        ByteBuffer bytes = ByteBuffer.allocate(words.length / WideTable.WORDS * WideEntry.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < words.length; at += WideTable.WORDS) {
            bytes.putLong(words[at]).putLong(words[at + 1]).putLong(0);
        }
        return bytes.array();
    }

    private static byte[] encode(List<PlacedNote> notes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (PlacedNote placed : notes) {
            byte[] note = NoteCodec.encode(placed.note());
            bytes.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(placed.place())
                    .putInt(note.length)
                    .array());
            bytes.writeBytes(note);
        }
        return bytes.toByteArray();
    }
}
