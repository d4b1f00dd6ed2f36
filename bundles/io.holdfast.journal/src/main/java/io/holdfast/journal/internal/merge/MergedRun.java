package io.holdfast.journal.internal.merge;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.MergedEntry;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.RunSummary;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.SortedTable;
import io.holdfast.journal.internal.format.WideEntry;
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.Pieces;
import io.holdfast.journal.internal.read.Run;
import io.holdfast.journal.internal.read.Words;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A merged run that is read from its file. In memory is its summary, 8 bytes for each 104,040 entries; pages are read when they are asked for, and
 * kept as long as the caches have room. Thread-safe.
 */
public final class MergedRun implements Run, RunInput {

    private final long owner;
    private final StoreFile file;
    private final Caches caches;
    private final RunSummary summary;

    /**
     * Opens a run. Reads its summary alone.
     *
     * @param owner the run's number in the caches
     * @param file where it lies
     * @param caches shared
     * @throws IOException when the medium fails
     * @throws DamagedException when the summary is damaged
     */
    public MergedRun(long owner, StoreFile file, Caches caches) throws IOException, DamagedException {
        this.owner = owner;
        this.file = file;
        this.caches = caches;
        this.summary = readSummary(file);
    }

    /**
     * Reads what a run says of itself.
     *
     * @param file the whole run
     * @return its summary
     * @throws IOException when the medium fails
     * @throws DamagedException when tail or summary are damaged
     */
    public static RunSummary readSummary(StoreFile file) throws IOException, DamagedException {
        long size = file.size();
        long tailAt = Math.max(0, size - SegmentSummary.TAIL_BYTES);
        SegmentSummary.Section at = SegmentSummary.decodeTail(read(file, tailAt, SegmentSummary.TAIL_BYTES), size);
        RunSummary summary = RunSummary.decode(read(file, at.offset(), at.bytes()));
        if (summary.wide().end() != at.offset()) {
            throw DamagedException.damaged(
                    "the tables of a run end at " + summary.wide().end() + "; its summary starts at " + at.offset());
        }
        return summary;
    }

    private static ByteBuffer read(StoreFile file, long offset, int length) throws IOException, DamagedException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        if (file.read(offset, bytes) < length) {
            throw DamagedException.damaged("the file ends within " + length + " bytes at " + offset);
        }
        return bytes.flip();
    }

    /**
     * Tells what the run says of itself.
     *
     * @return its summary
     */
    public RunSummary summary() {
        return summary;
    }

    @Override
    public void paint(int disk, long mebibyte, Pieces pieces) throws IOException, DamagedException {
        long from = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES, 0);
        long to = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES + Extent.BORDER_BYTES - 1, 0xFF);
        paintNarrow(from, to, pieces);
        if (summary.wide().count() > 0) {
            paintWide(disk, mebibyte, to, pieces);
        }
    }

    private void paintNarrow(long from, long to, Pieces pieces) throws IOException, DamagedException {
        SortedTable table = summary.entries();
        for (long ordinal = ordinalOf(table, summary.top(), from); ordinal < table.entryPages(); ordinal++) {
            ByteBuffer entries = page(table, SortedTable.pageOf(ordinal), MergedEntry.BYTES);
            int end = entries.limit();
            for (int at = firstNotBelow(entries, MergedEntry.BYTES, from); at < end; at += MergedEntry.BYTES) {
                long key = MergedEntry.key(entries, at);
                if (Long.compareUnsigned(key, to) > 0) {
                    return;
                }
                MemoryRun.paintEntry(key, MergedEntry.location(entries, at), MergedEntry.segment(entries, at), pieces);
            }
        }
    }

    private void paintWide(int disk, long mebibyte, long to, Pieces pieces) throws IOException, DamagedException {
        SortedTable table = summary.wide();
        int number = SortedTable.pageOf(ordinalOf(table, summary.wideTop(), to));
        ByteBuffer entries = page(table, number, MergedEntry.WIDE_BYTES);
        int at = firstNotBelow(entries, MergedEntry.WIDE_BYTES, to + 1) - MergedEntry.WIDE_BYTES;
        if (at >= 0) {
            WideEntry entry = new WideEntry(entries.getLong(at), entries.getLong(at + Long.BYTES));
            if (entry.covers(disk, mebibyte)) {
                pieces.addBeneath(0, Extent.BORDER_BYTES, RunEntry.kind(entry.key()), 0, 0, 0);
            }
        }
    }

    /** Finds the last page that starts at a key or before, among those with entries; 0 when none does. */
    private long ordinalOf(SortedTable table, long[] top, long key) throws IOException, DamagedException {
        if (top.length == 0) {
            return 0;
        }
        int group = Words.lastAtOrBefore(top, 1, key);
        ByteBuffer fences = page(table, table.fencesOf(group), Long.BYTES);
        int at = firstNotBelow(fences, Long.BYTES, key);
        boolean exact = at < fences.limit() && fences.getLong(at) == key;
        int inGroup = Math.max(0, (exact ? at : at - Long.BYTES) / Long.BYTES);
        return (long) group * SortedTable.GROUP_PAGES + inGroup;
    }

    /** Where the first entry starts whose key is not below another; the page's end when there is none. */
    private static int firstNotBelow(ByteBuffer entries, int entryBytes, long key) {
        int low = 0;
        int high = entries.limit() / entryBytes;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(entries.getLong(middle * entryBytes), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low * entryBytes;
    }

    private ByteBuffer page(SortedTable table, int number, int entryBytes) throws IOException, DamagedException {
        return caches.page(owner, file, table.at(number), number, entryBytes);
    }

    @Override
    public Narrow narrow() {
        TableCursor cursor = cursor(summary.entries());
        return new Narrow() {

            @Override
            public boolean next() throws IOException, DamagedException {
                return cursor.next();
            }

            @Override
            public long key() {
                return MergedEntry.key(cursor.page(), cursor.at());
            }

            @Override
            public long location() {
                return MergedEntry.location(cursor.page(), cursor.at());
            }

            @Override
            public int segment() {
                return MergedEntry.segment(cursor.page(), cursor.at());
            }
        };
    }

    private TableCursor cursor(SortedTable table) {
        return new TableCursor(file, table.offset(), table.pages(), table.entryBytes(), table::hasFences);
    }

    @Override
    public Wide wide() {
        TableCursor cursor = cursor(summary.wide());
        return new Wide() {

            @Override
            public boolean next() throws IOException, DamagedException {
                return cursor.next();
            }

            @Override
            public long key() {
                return cursor.page().getLong(cursor.at());
            }

            @Override
            public long mebibytes() {
                return cursor.page().getLong(cursor.at() + Long.BYTES);
            }
        };
    }
}
