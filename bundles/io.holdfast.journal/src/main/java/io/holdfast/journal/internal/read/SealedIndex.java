package io.holdfast.journal.internal.read;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.TablePage;
import io.holdfast.journal.internal.format.TableWriter;
import io.holdfast.journal.internal.format.WideEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The index at the end of a sealed segment: its run and its block table. Pages are read when asked for; in memory are 8 bytes a page of the run,
 * and the wide entries.
 */
public final class SealedIndex implements Run, BlockTable {

    private final long owner;
    private final StoreFile file;
    private final SegmentSummary summary;
    private final Caches caches;
    private final long[] fences;
    private final WideTable wide;

    /**
     * Opens the index.
     *
     * @param owner the segment's number in the caches
     * @param file where it lies
     * @param summary what it says of itself
     * @param caches shared
     * @throws IOException when the medium fails
     * @throws DamagedException when the index is damaged
     */
    public SealedIndex(long owner, StoreFile file, SegmentSummary summary, Caches caches)
            throws IOException, DamagedException {
        this.owner = owner;
        this.file = file;
        this.summary = summary;
        this.caches = caches;
        ByteBuffer fenceBytes = section(file, summary.fences(), summary.fences().count() * Long.BYTES);
        // the section's length was checked against the count, so the count is bounded by the file
        fences = new long[summary.fences().count()];
        fenceBytes.asLongBuffer().get(fences);
        ByteBuffer wideBytes = section(file, summary.wide(), summary.wide().count() * 3 * Long.BYTES);
        List<WideEntry> entries = new ArrayList<>();
        for (int index = 0; index < summary.wide().count(); index++) {
            entries.add(new WideEntry(wideBytes.getLong(), wideBytes.getLong()));
            wideBytes.getLong();
        }
        wide = new WideTable(List.copyOf(entries));
    }

    /**
     * Reads an unpaged section.
     *
     * @param file where it lies
     * @param section which
     * @param length how long it must be
     * @return its bytes, little-endian
     * @throws IOException when the medium fails
     * @throws DamagedException when its length or checksum is wrong
     */
    public static ByteBuffer section(StoreFile file, SegmentSummary.Section section, int length)
            throws IOException, DamagedException {
        if (section.bytes() != length || section.offset() + length > file.size()) {
            throw DamagedException.damaged(
                    "the section at " + section.offset() + " has " + section.bytes() + " bytes; expected " + length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(section.offset(), bytes);
        bytes.flip();
        if (Checksums.crc32c(bytes, 0, bytes.limit()) != section.crc()) {
            throw DamagedException.damaged("the checksum of the section at " + section.offset() + " does not match");
        }
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int count() {
        return summary.blocks().count();
    }

    @Override
    public BlockEntry entry(int place) throws IOException, DamagedException {
        int capacity = TablePage.capacity(BlockEntry.BYTES);
        if (place < 0 || place >= count()) {
            throw DamagedException.damaged("block " + place + " of a segment of " + count());
        }
        ByteBuffer page = page(summary.blocks(), place / capacity, BlockEntry.BYTES);
        return TableWriter.block(page, place % capacity);
    }

    @Override
    public void paint(int disk, long mebibyte, int source, Pieces pieces) throws IOException, DamagedException {
        long from = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES, 0);
        long to = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES + Extent.BORDER_BYTES - 1, 0xFF);
        for (int number = lastPageStartingAtOrBefore(from); number < fences.length; number++) {
            if (Long.compareUnsigned(fences[number], to) > 0) {
                break;
            }
            paintPage(page(summary.run(), number, RunEntry.BYTES), from, to, source, pieces);
        }
        wide.paint(disk, mebibyte, source, pieces);
    }

    private int lastPageStartingAtOrBefore(long key) {
        int low = 0;
        int high = fences.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(fences[middle], key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    private static void paintPage(ByteBuffer entries, long from, long to, int source, Pieces pieces) {
        int low = 0;
        int end = entries.limit() / RunEntry.BYTES;
        int high = end;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(entries.getLong(middle * RunEntry.BYTES), from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int index = low; index < end; index++) {
            long key = entries.getLong(index * RunEntry.BYTES);
            if (Long.compareUnsigned(key, to) > 0) {
                return;
            }
            MemoryRun.paintEntry(key, entries.getLong(index * RunEntry.BYTES + Long.BYTES), source, pieces);
        }
    }

    private ByteBuffer page(SegmentSummary.Section section, int number, int entryBytes)
            throws IOException, DamagedException {
        long at = section.offset() + (long) number * TablePage.BYTES;
        return caches.pages().get(new WeightedCache.Key(owner, at), () -> {
            ByteBuffer bytes = ByteBuffer.allocate(TablePage.BYTES);
            if (file.read(at, bytes) < TablePage.BYTES) {
                throw DamagedException.damaged("the file ends within the page at " + at);
            }
            return TablePage.open(bytes.flip(), number, entryBytes);
        });
    }
}
