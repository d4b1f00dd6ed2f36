package io.holdfast.journal.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a table page by page. */
public final class TableWriter {

    /** Takes finished pages, one behind the other. */
    public interface Sink {

        /**
         * Takes a page.
         *
         * @param page 4 KiB
         * @throws IOException when it cannot be written
         */
        void accept(ByteBuffer page) throws IOException;
    }

    private final int entryBytes;
    private final Sink sink;
    private ByteBuffer page = TablePage.start();
    private int count;
    private int pages;

    /**
     * Starts a table.
     *
     * @param entryBytes of one entry
     * @param sink takes the pages
     */
    public TableWriter(int entryBytes, Sink sink) {
        this.entryBytes = entryBytes;
        this.sink = sink;
    }

    /**
     * Adds an entry of an index run.
     *
     * @param key its first word
     * @param location its second word
     * @throws IOException when a page cannot be written
     */
    public void add(long key, long location) throws IOException {
        room().putLong(key).putLong(location);
    }

    /**
     * Adds a block.
     *
     * @param entry which
     * @throws IOException when a page cannot be written
     */
    public void add(BlockEntry entry) throws IOException {
        entry.put(room());
    }

    private ByteBuffer room() throws IOException {
        if (count == TablePage.capacity(entryBytes)) {
            end();
        }
        count++;
        return page;
    }

    /**
     * Writes the last page, if it has an entry.
     *
     * @return pages in all
     * @throws IOException when it cannot be written
     */
    public int end() throws IOException {
        if (count > 0) {
            sink.accept(TablePage.finish(page, pages, count));
            pages++;
            count = 0;
            page = TablePage.start();
        }
        return pages;
    }

    /**
     * Reads a block out of an opened page.
     *
     * @param entries as given by {@link TablePage#open}
     * @param index which of them
     * @return the block
     */
    public static BlockEntry block(ByteBuffer entries, int index) {
        ByteBuffer view = entries.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return BlockEntry.get(view.position(index * BlockEntry.BYTES));
    }
}
