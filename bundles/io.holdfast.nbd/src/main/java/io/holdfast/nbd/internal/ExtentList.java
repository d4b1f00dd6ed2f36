package io.holdfast.nbd.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.nbd.NbdExtent;
import io.holdfast.nbd.NbdExtentSink;
import java.util.ArrayList;
import java.util.List;

/** Gathers what an export says about a range: neighbours of one status become one extent, and what lies outside is cut off. */
final class ExtentList implements NbdExtentSink {

    private final long begin;
    private final long end;
    private final int extentsMax;
    private final int mask;
    private final List<NbdExtent> complete = new ArrayList<>();
    private long lastBegin;
    private long lastEnd;
    private int lastFlags;
    private boolean full;

    /**
     * Begins a list.
     *
     * @param offset first byte asked about
     * @param length bytes asked about
     * @param extentsMax where to stop
     * @param mask the bits that matter
     */
    ExtentList(long offset, long length, int extentsMax, int mask) {
        this.begin = offset;
        this.end = offset + length;
        this.extentsMax = extentsMax;
        this.mask = mask;
        this.lastBegin = offset;
        this.lastEnd = offset;
    }

    @Override
    public boolean extent(long offset, long length, int flags) {
        if (full) {
            return false;
        }
        if (offset != lastEnd || length < 1) {
            throw new HoldfastException(
                    ErrorCode.INTERNAL,
                    "block status",
                    "extent " + offset + "+" + length + " where one at " + lastEnd + " was due");
        }
        int masked = flags & mask;
        if (lastEnd > lastBegin && masked != lastFlags) {
            if (complete.size() + 1 == extentsMax) {
                full = true;
                return false;
            }
            complete.add(new NbdExtent(lastBegin, lastEnd - lastBegin, lastFlags));
            lastBegin = lastEnd;
        }
        lastFlags = masked;
        lastEnd = offset + Math.min(length, end - offset);
        full = lastEnd == end;
        return !full;
    }

    /** What was gathered, beginning at the offset asked about. */
    List<NbdExtent> extents() {
        List<NbdExtent> all = new ArrayList<>(complete);
        if (lastEnd > lastBegin) {
            all.add(new NbdExtent(lastBegin, lastEnd - lastBegin, lastFlags));
        }
        return all;
    }

    /** How far the extents reach from the offset asked about. */
    long coveredBytes() {
        return lastEnd - begin;
    }
}
