package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.WideEntry;
import java.util.List;

/** A run in memory: of a segment that has no index yet, or of one that is cut. */
public final class MemoryRun implements Run {

    private final long[] keys;
    private final long[] locations;
    private final long[] wide;
    private final int segment;

    MemoryRun(long[] keys, long[] locations, List<WideEntry> wide, int segment) {
        this.keys = keys;
        this.locations = locations;
        this.segment = segment;
        this.wide = new long[wide.size() * WideTable.WORDS];
        for (int index = 0; index < wide.size(); index++) {
            this.wide[index * WideTable.WORDS] = wide.get(index).key();
            this.wide[index * WideTable.WORDS + 1] = wide.get(index).mebibytes();
        }
    }

    public int count() {
        return keys.length;
    }

    public long key(int index) {
        return keys[index];
    }

    /**
     * Tells whose run it is.
     *
     * @return number of the segment
     */
    public int segment() {
        return segment;
    }

    public long location(int index) {
        return locations[index];
    }

    /**
     * Gives the wide entries.
     *
     * @return two words each, see {@link WideTable}; nobody changes them
     */
    public long[] wide() {
        return wide;
    }

    @Override
    public void paint(int disk, long mebibyte, Pieces pieces) {
        long from = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES, 0);
        long to = RunEntry.key(disk, mebibyte * Extent.BORDER_BYTES + Extent.BORDER_BYTES - 1, 0xFF);
        int low = 0;
        int high = keys.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(keys[middle], from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int index = low; index < keys.length && Long.compareUnsigned(keys[index], to) <= 0; index++) {
            paintEntry(keys[index], locations[index], segment, pieces);
        }
        WideTable.paint(wide, disk, mebibyte, pieces);
    }

    /**
     * Paints one narrow entry beneath what is there.
     *
     * @param key its first word
     * @param location its second word
     * @param segment number of the segment whose block it names
     * @param pieces painted on
     */
    public static void paintEntry(long key, long location, int segment, Pieces pieces) {
        int start = (int) (RunEntry.offset(key) % Extent.BORDER_BYTES);
        pieces.addBeneath(
                start,
                start + RunEntry.length(location),
                RunEntry.kind(key),
                segment,
                RunEntry.block(location),
                RunEntry.plaintextOffset(location));
    }
}
