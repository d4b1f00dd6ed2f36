package io.holdfast.journal.internal.merge;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.TablePage;
import io.holdfast.journal.internal.format.WideEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The run of a sealed segment.
 *
 * @param file the segment
 * @param number of the segment
 * @param run where its run lies
 * @param wideEntries where its wide entries lie
 */
public record SegmentInput(StoreFile file, int number, SegmentSummary.Section run, SegmentSummary.Section wideEntries)
        implements RunInput {

    private static final int WIDES_AT_ONCE = 1_024;

    @Override
    public Narrow narrow() {
        TableCursor cursor =
                new TableCursor(file, run.offset(), run.bytes() / TablePage.BYTES, RunEntry.BYTES, _ -> false);
        return new Narrow() {

            @Override
            public boolean next() throws IOException, DamagedException {
                return cursor.next();
            }

            @Override
            public long key() {
                return cursor.page().getLong(cursor.at());
            }

            @Override
            public long location() {
                return cursor.page().getLong(cursor.at() + Long.BYTES);
            }

            @Override
            public int segment() {
                return number;
            }
        };
    }

    /** The section has one checksum: it is read through once before its first entry is given out. */
    @Override
    public Wide wide() throws IOException, DamagedException {
        WideChunks chunks = new WideChunks();
        CRC32C crc = new CRC32C();
        while (chunks.load()) {
            crc.update(chunks.chunk.duplicate());
        }
        if ((int) crc.getValue() != wideEntries.crc()) {
            throw DamagedException.damaged(
                    "the checksum of the section at " + wideEntries.offset() + " does not match");
        }
        return new WideChunks();
    }

    private final class WideChunks implements Wide {

        private final ByteBuffer chunk = ByteBuffer.allocate(
                        Math.min(WIDES_AT_ONCE, wideEntries.count()) * WideEntry.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
        private int loaded;
        private int at = -WideEntry.BYTES;

        private boolean load() throws IOException, DamagedException {
            int length = Math.min(chunk.capacity(), wideEntries.count() * WideEntry.BYTES - loaded);
            if (length <= 0) {
                return false;
            }
            if (file.read(wideEntries.offset() + loaded, chunk.clear().limit(length)) < length) {
                throw DamagedException.damaged("the file ends within the section at " + wideEntries.offset());
            }
            chunk.flip();
            loaded += length;
            at = 0;
            return true;
        }

        @Override
        public boolean next() throws IOException, DamagedException {
            at += WideEntry.BYTES;
            return at < chunk.limit() || load();
        }

        @Override
        public long key() {
            return chunk.getLong(at);
        }

        @Override
        public long mebibytes() {
            return chunk.getLong(at + Long.BYTES);
        }
    }
}
