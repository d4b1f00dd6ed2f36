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
import java.nio.LongBuffer;

/**
 * The index at the end of a sealed segment: its run and its block table. Pages, fences (8 bytes for each page of the run) and wide entries (16
 * bytes each) are read when they are asked for, and kept as long as the caches have room.
 */
public final class SealedIndex implements Run, BlockTable {

    private final long owner;
    private final StoreFile file;
    private final SegmentSummary.Section run;
    private final SegmentSummary.Section blocks;
    private final SegmentSummary.Section fences;
    private final SegmentSummary.Section wide;
    private final SegmentSummary.Section notes;
    private final int segment;
    private final Caches caches;

    /**
     * Opens the index. Reads the summary alone.
     *
     * @param owner the segment's number in the caches
     * @param file where it lies
     * @param caches shared
     * @throws IOException when the medium fails
     * @throws DamagedException when the summary is damaged
     */
    public SealedIndex(long owner, StoreFile file, Caches caches) throws IOException, DamagedException {
        this.owner = owner;
        this.file = file;
        this.caches = caches;
        SegmentSummary summary = readSummary(file);
        this.segment = Math.toIntExact(summary.number());
        this.run = summary.run();
        this.blocks = summary.blocks();
        this.fences = summary.fences();
        this.wide = summary.wide();
        this.notes = summary.notes();
    }

    /**
     * Reads what a sealed segment says of itself.
     *
     * @param file the whole segment
     * @return its summary
     * @throws IOException when the medium fails
     * @throws DamagedException when tail or summary are damaged
     */
    public static SegmentSummary readSummary(StoreFile file) throws IOException, DamagedException {
        long size = file.size();
        long tailAt = Math.max(0, size - SegmentSummary.TAIL_BYTES);
        SegmentSummary.Section at = SegmentSummary.decodeTail(read(file, tailAt, SegmentSummary.TAIL_BYTES), size);
        return SegmentSummary.decode(read(file, at.offset(), at.bytes()));
    }

    private static ByteBuffer read(StoreFile file, long offset, int length) throws IOException, DamagedException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        if (file.read(offset, bytes) < length) {
            throw DamagedException.damaged("the file ends within " + length + " bytes at " + offset);
        }
        return bytes.flip();
    }

    public SegmentSummary.Section run() {
        return run;
    }

    /**
     * Tells where the wide entries lie.
     *
     * @return the section
     */
    public SegmentSummary.Section wideEntries() {
        return wide;
    }

    public SegmentSummary.Section notes() {
        return notes;
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
        return blocks.count();
    }

    @Override
    public BlockEntry entry(int place) throws IOException, DamagedException {
        int capacity = TablePage.capacity(BlockEntry.BYTES);
        if (place < 0 || place >= count()) {
            throw DamagedException.damaged("block " + place + " of a segment of " + count());
        }
        ByteBuffer page = page(blocks, place / capacity, BlockEntry.BYTES);
        return TableWriter.block(page, place % capacity);
    }

    @Override
    public void paint(int disk, long mebibyte, Pieces pieces) throws IOException, DamagedException {
        long from = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES, 0);
        long to = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES + Extent.BORDER_BYTES - 1, 0xFF);
        long[] keys = fences();
        for (int number = Words.lastAtOrBefore(keys, 1, from); number < keys.length; number++) {
            if (Long.compareUnsigned(keys[number], to) > 0) {
                break;
            }
            paintPage(page(run, number, RunEntry.BYTES), from, to, pieces);
        }
        WideTable.paint(wide(), disk, mebibyte, pieces);
    }

    private long[] fences() throws IOException, DamagedException {
        return words(fences, 1, 1);
    }

    private long[] wide() throws IOException, DamagedException {
        return words(wide, WideEntry.BYTES / Long.BYTES, WideTable.WORDS);
    }

    /** Reads entries of so many words, and keeps the first words of each. */
    private long[] words(SegmentSummary.Section section, int wordsThere, int wordsKept)
            throws IOException, DamagedException {
        int count = section.count();
        return caches.tables().get(new WeightedCache.Key(owner, section.offset()), () -> {
            LongBuffer words = section(file, section, Math.multiplyExact(count, wordsThere * Long.BYTES))
                    .asLongBuffer();
            long[] kept = new long[count * wordsKept];
            for (int index = 0; index < count; index++) {
                words.get(index * wordsThere, kept, index * wordsKept, wordsKept);
            }
            return kept;
        });
    }

    private void paintPage(ByteBuffer entries, long from, long to, Pieces pieces) {
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
            MemoryRun.paintEntry(key, entries.getLong(index * RunEntry.BYTES + Long.BYTES), segment, pieces);
        }
    }

    private ByteBuffer page(SegmentSummary.Section section, int number, int entryBytes)
            throws IOException, DamagedException {
        return caches.page(owner, file, section.offset() + (long) number * TablePage.BYTES, number, entryBytes);
    }
}
