package io.holdfast.nbd.internal;

import java.util.Map;
import java.util.TreeMap;

/** Which parts of a read have been answered; a server may send them in any order but none twice. */
final class Coverage {

    private static final int PARTS_MAX = 65_536;

    private final TreeMap<Long, Long> endByBegin = new TreeMap<>();
    private final long begin;
    private final long end;

    Coverage(long offset, long length) {
        begin = offset;
        end = offset + length;
    }

    /** Notes a part. Refuses one outside the read or that was answered already. */
    void add(long offset, long length) throws WireException {
        if (offset < begin || offset > end || length < 1 || length > end - offset) {
            throw new WireException("content for " + Long.toUnsignedString(offset) + "+" + length
                    + " in answer to a read of " + begin + "+" + (end - begin));
        }
        long partEnd = offset + length;
        Map.Entry<Long, Long> before = endByBegin.floorEntry(offset);
        Map.Entry<Long, Long> after = endByBegin.ceilingEntry(offset);
        if ((before != null && before.getValue() > offset) || (after != null && after.getKey() < partEnd)) {
            throw new WireException("content for " + offset + "+" + length + " twice");
        }
        long from = offset;
        if (before != null && before.getValue() == offset) {
            from = before.getKey();
        }
        if (after != null && after.getKey() == partEnd) {
            partEnd = after.getValue();
            endByBegin.remove(after.getKey());
        }
        endByBegin.put(from, partEnd);
        if (endByBegin.size() > PARTS_MAX) {
            throw new WireException("a read answered in more than " + PARTS_MAX + " parts");
        }
    }

    /** Tells whether nothing is missing. */
    boolean complete() {
        Map.Entry<Long, Long> first = endByBegin.firstEntry();
        return begin == end || (first != null && first.getKey() == begin && first.getValue() == end);
    }
}
