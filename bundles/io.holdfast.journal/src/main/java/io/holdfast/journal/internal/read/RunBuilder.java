package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.WideEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a run out of a segment's blocks. Extents are collected in the order of the stream, sorted by MiB, and each MiB is painted from the newest
 * extent to the oldest. Memory: 24 bytes an extent.
 */
public final class RunBuilder {

    private static final int ORDER_BITS = 26;
    private static final long ORDER_MASK = (1L << ORDER_BITS) - 1;

    private final int segment;
    private int count;
    private long[] keys = new long[256];
    private long[] locations = new long[256];
    private final List<Wide> wides = new ArrayList<>();
    private final Pieces pieces = new Pieces();

    private record Wide(int disk, long first, long end, int kind, int order) {}

    /**
     * Starts empty.
     *
     * @param segment number of the segment
     */
    public RunBuilder(int segment) {
        this.segment = segment;
    }

    /**
     * Adds the extents of a block.
     *
     * @param header the block's header
     * @param block its place in the segment, from 0
     * @param lastSequence later extents are left out
     */
    public void add(BlockHeader header, int block, long lastSequence) {
        add(header, block, 0, lastSequence);
    }

    /**
     * Adds some of the extents of a block.
     *
     * @param header the block's header
     * @param block its place in the segment, from 0
     * @param firstSequence earlier extents are left out
     * @param lastSequence later extents are left out
     */
    public void add(BlockHeader header, int block, long firstSequence, long lastSequence) {
        int plaintext = 0;
        for (int index = 0; index < header.extentCount(); index++) {
            long place = header.extentPlace(index);
            long span = header.extentSpan(index);
            long sequence = header.firstSequence() + Extent.sequenceDelta(span);
            if (sequence > lastSequence) {
                return;
            }
            int kind = Extent.kind(place).ordinal();
            if (sequence < firstSequence) {
                plaintext += kind == 0 ? (int) Extent.bytes(place, span) : 0;
            } else if (Extent.isWide(place)) {
                long first = Extent.offset(place) / Extent.BORDER_BYTES;
                long end = first + Extent.bytes(place, span) / Extent.BORDER_BYTES;
                wides.add(new Wide(Extent.disk(place), first, end, kind, count));
            } else {
                int length = (int) Extent.bytes(place, span);
                addNarrow(
                        RunEntry.key(Extent.disk(place), Extent.offset(place), kind),
                        RunEntry.location(length, kind == 0 ? plaintext : 0, kind == 0 ? block : 0));
                plaintext += kind == 0 ? length : 0;
            }
        }
    }

    private void addNarrow(long key, long location) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            locations = Arrays.copyOf(locations, 2 * count);
        }
        keys[count] = key;
        locations[count] = location;
        count++;
    }

    /**
     * Makes the run.
     *
     * @return what is newest of every range that was added
     */
    public MemoryRun build() {
        Map<Integer, TreeMap<Long, Wide>> wideByDisk = paintWides();
        long[] order = new long[count];
        for (int index = 0; index < count; index++) {
            order[index] = mebibyteOf(keys[index]) << ORDER_BITS | index;
        }
        Arrays.sort(order);
        Output output = new Output();
        int start = 0;
        while (start < count) {
            int end = start + 1;
            while (end < count && order[end] >>> ORDER_BITS == order[start] >>> ORDER_BITS) {
                end++;
            }
            paintGroup(order, start, end, wideByDisk, output);
            start = end;
        }
        List<WideEntry> wide = new ArrayList<>();
        wideByDisk.keySet().stream()
                .sorted()
                .forEach(disk -> wideByDisk
                        .getOrDefault(disk, new TreeMap<>())
                        .values()
                        .forEach(entry -> wide.add(new WideEntry(
                                RunEntry.key(disk, entry.first * Extent.BORDER_BYTES, entry.kind),
                                entry.end - entry.first))));
        return new MemoryRun(
                Arrays.copyOf(output.keys, output.count),
                Arrays.copyOf(output.locations, output.count),
                List.copyOf(wide),
                segment);
    }

    /** Disk and MiB of a key as one number, 36 bits. */
    private static long mebibyteOf(long key) {
        return key >>> 28;
    }

    private void paintGroup(
            long[] order, int from, int to, Map<Integer, TreeMap<Long, Wide>> wideByDisk, Output output) {
        long firstKey = keys[(int) (order[from] & ORDER_MASK)];
        int disk = RunEntry.disk(firstKey);
        long mebibyte = RunEntry.offset(firstKey) / Extent.BORDER_BYTES;
        int hiddenBelow = hiddenBelow(wideByDisk, disk, mebibyte);
        pieces.clear();
        for (int index = to - 1; index >= from; index--) {
            int entry = (int) (order[index] & ORDER_MASK);
            if (entry < hiddenBelow) {
                break;
            }
            MemoryRun.paintEntry(keys[entry], locations[entry], segment, pieces);
        }
        try {
            pieces.join(disk, mebibyte, output::put);
        } catch (IOException e) {
            throw new UncheckedIOException("arrays take everything", e);
        }
    }

    /** Entries added before the wide one that covers a MiB are hidden by it. */
    private static int hiddenBelow(Map<Integer, TreeMap<Long, Wide>> wideByDisk, int disk, long mebibyte) {
        TreeMap<Long, Wide> painted = wideByDisk.get(disk);
        Map.Entry<Long, Wide> entry = painted == null ? null : painted.floorEntry(mebibyte);
        return entry != null && entry.getValue().end > mebibyte ? entry.getValue().order : 0;
    }

    private Map<Integer, TreeMap<Long, Wide>> paintWides() {
        Map<Integer, TreeMap<Long, Wide>> byDisk = new HashMap<>();
        for (Wide wide : wides.reversed()) {
            paintWide(byDisk.computeIfAbsent(wide.disk, _ -> new TreeMap<>()), wide);
        }
        return byDisk;
    }

    private static void paintWide(TreeMap<Long, Wide> painted, Wide wide) {
        long at = wide.first;
        Map.Entry<Long, Wide> before = painted.floorEntry(at);
        if (before != null) {
            at = Math.max(at, before.getValue().end);
        }
        while (at < wide.end) {
            Map.Entry<Long, Wide> next = painted.ceilingEntry(at);
            long until = next == null ? wide.end : Math.min(wide.end, next.getValue().first);
            if (until > at) {
                painted.put(at, new Wide(wide.disk, at, until, wide.kind, wide.order));
            }
            at = next == null ? wide.end : next.getValue().end;
        }
    }

    /** Collects the finished entries; neighbours that are one range become one entry. */
    private static final class Output {

        private int count;
        private long[] keys = new long[256];
        private long[] locations = new long[256];

        void put(long key, long location, int segment) {
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, 2 * count);
                locations = Arrays.copyOf(locations, 2 * count);
            }
            keys[count] = key;
            locations[count] = location;
            count++;
        }
    }
}
