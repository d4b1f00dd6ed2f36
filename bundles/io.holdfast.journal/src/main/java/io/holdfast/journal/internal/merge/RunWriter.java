package io.holdfast.journal.internal.merge;

import io.holdfast.base.MachineId;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.MergedEntry;
import io.holdfast.journal.internal.format.RunSummary;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.SortedTable;
import io.holdfast.journal.internal.format.TablePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** Writes a merged run from its start to its end: entries, then wide entries, then the summary. Memory: 256 KiB. */
final class RunWriter {

    private static final int BUFFER_BYTES = 64 * TablePage.BYTES;

    private final StoreFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final SortedTableWriter entries = new SortedTableWriter(0, MergedEntry.BYTES, this::write);
    private SortedTableWriter wide = entries;
    private SortedTable narrowTable = new SortedTable(0, MergedEntry.BYTES, 0);
    private long written;

    RunWriter(StoreFile file) {
        this.file = file;
    }

    private void write(ByteBuffer content) throws IOException {
        ByteBuffer rest = content;
        while (rest.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int length = Math.min(rest.remaining(), buffer.remaining());
            buffer.put(rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
        }
    }

    private void flush() throws IOException {
        int length = buffer.flip().remaining();
        file.write(written, buffer);
        written += length;
        buffer.clear();
    }

    void add(long key, long location, int segment) throws IOException {
        MergedEntry.put(entries.next(key), key, location, segment);
    }

    /** From now on entries are wide. */
    void beginWide() throws IOException {
        narrowTable = entries.end();
        wide = new SortedTableWriter(narrowTable.end(), MergedEntry.WIDE_BYTES, this::write);
    }

    void addWide(long key, long mebibytes) throws IOException {
        wide.next(key).putLong(key).putLong(mebibytes);
    }

    /** Ends the run. Nothing is durable yet. Returns the length of the file. */
    long end(MachineId machine, long first, long last, ChainDigest chain, Set<Long> keyIds) throws IOException {
        SortedTable wideTable = wide.end();
        byte[] summary = new RunSummary(
                        machine, first, last, chain, keyIds, narrowTable, entries.top(), wideTable, wide.top())
                .encode();
        long fileBytes = wideTable.end() + summary.length + SegmentSummary.TAIL_BYTES;
        write(ByteBuffer.wrap(summary));
        write(ByteBuffer.wrap(SegmentSummary.encodeTail(wideTable.end(), summary.length, fileBytes)));
        flush();
        return fileBytes;
    }
}
