package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A page of a table in a sealed segment or a merged run, so that a few pages can be read and checked alone. Little-endian:
 *
 * <pre>
 * offset size field
 *      0    4 crc     CRC-32C of [4, 4096)
 *      4    4 magic   "HFP1"
 *      8    4 number  of the page within its table, from 0
 *     12    4 count   entries in it
 *     16    . entries, the rest zero
 * </pre>
 */
public final class TablePage {

    /** Bytes of a page. */
    public static final int BYTES = 4096;

    private static final int HEAD_BYTES = 16;
    private static final int MAGIC = 0x31504648;

    private TablePage() {}

    /**
     * Tells how many entries a page takes.
     *
     * @param entryBytes of one
     * @return entries
     */
    public static int capacity(int entryBytes) {
        return (BYTES - HEAD_BYTES) / entryBytes;
    }

    /**
     * Tells how many pages a table takes.
     *
     * @param entries in all
     * @param entryBytes of one
     * @return pages
     */
    public static int pages(int entries, int entryBytes) {
        int capacity = capacity(entryBytes);
        return (entries + capacity - 1) / capacity;
    }

    /**
     * Starts an empty page.
     *
     * @return positioned for the first entry
     */
    public static ByteBuffer start() {
        return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).position(HEAD_BYTES);
    }

    /**
     * Finishes a page.
     *
     * @param page entries in place
     * @param number of the page
     * @param count entries in it
     * @return the page, position 0
     */
    public static ByteBuffer finish(ByteBuffer page, int number, int count) {
        page.putInt(4, MAGIC).putInt(8, number).putInt(12, count);
        page.putInt(0, Checksums.crc32c(page, 4, BYTES));
        return page.clear();
    }

    /**
     * Checks a page and gives its entries.
     *
     * @param page its 4 KiB
     * @param number which page it must be
     * @param entryBytes of one entry
     * @return the entries, little-endian, position 0
     * @throws DamagedException when it is no such page
     */
    public static ByteBuffer open(ByteBuffer page, int number, int entryBytes) throws DamagedException {
        ByteBuffer bytes = page.slice(0, BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int count = bytes.getInt(12);
        if (bytes.getInt(4) != MAGIC
                || Checksums.crc32c(bytes, 4, BYTES) != bytes.getInt(0)
                || bytes.getInt(8) != number
                || count < 0
                || count > capacity(entryBytes)) {
            throw DamagedException.damaged("page " + number + " of a table does not match its checksum or its place");
        }
        return bytes.slice(HEAD_BYTES, count * entryBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
