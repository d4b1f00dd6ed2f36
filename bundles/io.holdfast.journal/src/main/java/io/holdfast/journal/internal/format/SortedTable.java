package io.holdfast.journal.internal.format;

/**
 * How a sorted table of any length lies in a file: groups of 510 pages with entries ({@link TablePage}), each followed by a page of their fences, the
 * key of the first entry on each. The last group may be shorter. The key of the first entry of each group, the <i>top</i>, stands outside. So a key
 * is found through the top, one page of fences and one page of entries, and the table is written from its start to its end with a few KiB of memory.
 *
 * @param offset where the table starts in the file
 * @param entryBytes of one entry
 * @param count entries in all
 */
public record SortedTable(long offset, int entryBytes, long count) {

    /** Pages with entries in a group. */
    public static final int GROUP_PAGES = TablePage.capacity(Long.BYTES);

    /**
     * Counts the pages with entries.
     *
     * @return how many
     */
    public long entryPages() {
        int capacity = TablePage.capacity(entryBytes);
        return (count + capacity - 1) / capacity;
    }

    /**
     * Counts the groups, which is the number of words in the top.
     *
     * @return how many
     */
    public int groups() {
        return Math.toIntExact((entryPages() + GROUP_PAGES - 1) / GROUP_PAGES);
    }

    /**
     * Counts all pages.
     *
     * @return with entries and with fences
     */
    public long pages() {
        return entryPages() + groups();
    }

    /**
     * Tells the number of a page with entries among all pages.
     *
     * @param ordinal which of the pages with entries, from 0
     * @return its number
     */
    public static int pageOf(long ordinal) {
        return Math.toIntExact(ordinal + ordinal / GROUP_PAGES);
    }

    /**
     * Tells the number of a group's page of fences among all pages.
     *
     * @param group from 0
     * @return its number
     */
    public int fencesOf(int group) {
        return Math.toIntExact(Math.min((long) (group + 1) * (GROUP_PAGES + 1), pages()) - 1);
    }

    /**
     * Tells whether a page has fences.
     *
     * @param number among all pages
     * @return true when it has no entries
     */
    public boolean hasFences(long number) {
        return number % (GROUP_PAGES + 1) == GROUP_PAGES || number == pages() - 1;
    }

    /**
     * Tells where a page lies.
     *
     * @param number among all pages
     * @return its offset in the file
     */
    public long at(long number) {
        return offset + number * TablePage.BYTES;
    }

    /**
     * Tells where the table ends.
     *
     * @return offset in the file behind its last page
     */
    public long end() {
        return at(pages());
    }
}
