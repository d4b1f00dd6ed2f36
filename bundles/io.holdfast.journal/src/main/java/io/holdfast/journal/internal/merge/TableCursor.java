package io.holdfast.journal.internal.merge;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.TablePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/** Goes through the entries of a table of pages from its start to its end, with 64 KiB of it in memory. Past the caches, which serve readers. */
final class TableCursor {

    private static final int PAGES_AT_ONCE = 16;

    private final StoreFile file;
    private final long offset;
    private final long pages;
    private final int entryBytes;
    private final LongPredicate skipped;
    private final ByteBuffer chunk;
    private ByteBuffer page = ByteBuffer.allocate(0);
    private long nextPage;
    private long chunkStart;
    private long chunkEnd;
    private int at;

    /**
     * Starts before the first entry.
     *
     * @param file where the table lies
     * @param offset of its first page
     * @param pages how many it has
     * @param entryBytes of one entry
     * @param skipped numbers of pages with something else
     */
    TableCursor(StoreFile file, long offset, long pages, int entryBytes, LongPredicate skipped) {
        this.file = file;
        this.offset = offset;
        this.pages = pages;
        this.entryBytes = entryBytes;
        this.skipped = skipped;
        this.chunk = ByteBuffer.allocate((int) Math.min(PAGES_AT_ONCE, pages) * TablePage.BYTES);
        this.at = -entryBytes;
    }

    /** Moves to the next entry; false when there is none. */
    boolean next() throws IOException, DamagedException {
        at += entryBytes;
        while (at >= page.limit()) {
            if (nextPage >= pages) {
                return false;
            }
            if (!skipped.test(nextPage)) {
                page = open(nextPage);
                at = 0;
            }
            nextPage++;
        }
        return true;
    }

    private ByteBuffer open(long number) throws IOException, DamagedException {
        if (number >= chunkEnd) {
            chunkStart = number;
            chunkEnd = Math.min(pages, number + PAGES_AT_ONCE);
            int length = (int) (chunkEnd - chunkStart) * TablePage.BYTES;
            if (file.read(offset + number * TablePage.BYTES, chunk.clear().limit(length)) < length) {
                throw DamagedException.damaged("the file ends within page " + number + " of a table");
            }
        }
        int start = (int) (number - chunkStart) * TablePage.BYTES;
        return TablePage.open(chunk.slice(start, TablePage.BYTES), (int) number, entryBytes);
    }

    /** The page of the entry. */
    ByteBuffer page() {
        return page;
    }

    /** Where the entry starts on the page. */
    int at() {
        return at;
    }
}
