package io.holdfast.journal.internal.merge;

import io.holdfast.journal.internal.format.SortedTable;
import io.holdfast.journal.internal.format.TablePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes a {@link SortedTable}, one entry behind the other. */
final class SortedTableWriter {

    /** Takes finished pages, one behind the other. */
    interface Sink {

        void accept(ByteBuffer page) throws IOException;
    }

    private final long offset;
    private final int entryBytes;
    private final int capacity;
    private final Sink sink;
    private final long[] fences = new long[SortedTable.GROUP_PAGES];
    private ByteBuffer page = TablePage.start();
    private long[] top = new long[1];
    private int groups;
    private int pagesInGroup;
    private int pages;
    private int onPage;
    private long count;

    SortedTableWriter(long offset, int entryBytes, Sink sink) {
        this.offset = offset;
        this.entryBytes = entryBytes;
        this.capacity = TablePage.capacity(entryBytes);
        this.sink = sink;
    }

    /** Makes room for the next entry; the caller puts exactly its bytes. */
    ByteBuffer next(long key) throws IOException {
        if (onPage == capacity) {
            endPage();
        }
        if (onPage == 0) {
            if (pagesInGroup == 0) {
                top = groups == top.length ? Arrays.copyOf(top, 2 * groups) : top;
                top[groups] = key;
                groups++;
            }
            fences[pagesInGroup] = key;
        }
        onPage++;
        count++;
        return page;
    }

    private void endPage() throws IOException {
        write(onPage);
        onPage = 0;
        pagesInGroup++;
        if (pagesInGroup == SortedTable.GROUP_PAGES) {
            endGroup();
        }
    }

    private void endGroup() throws IOException {
        for (int index = 0; index < pagesInGroup; index++) {
            page.putLong(fences[index]);
        }
        write(pagesInGroup);
        pagesInGroup = 0;
    }

    private void write(int entries) throws IOException {
        sink.accept(TablePage.finish(page, pages, entries));
        page = TablePage.start();
        pages++;
    }

    /** Ends the table. */
    SortedTable end() throws IOException {
        if (onPage > 0) {
            endPage();
        }
        if (pagesInGroup > 0) {
            endGroup();
        }
        return new SortedTable(offset, entryBytes, count);
    }

    /** The top of the ended table. */
    long[] top() {
        return Arrays.copyOf(top, groups);
    }
}
