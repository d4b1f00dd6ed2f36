package io.holdfast.mobility.copy;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import java.util.List;

/**
 * One copy of all disks of a machine.
 *
 * @param capture number of the capture that runs beside it
 * @param kind how
 * @param disks all disks
 * @param bitmaps whose union is read for {@link CopyKind#BITMAP}, else empty
 * @param ranges what is read for {@link CopyKind#MEND}, rounded outward to blocks, else empty
 * @param afterSequence nothing is compared before the store has this: what it had before may lack writes that it is still to get
 * @param pendingBytesMax copies that are on their way and not durable yet
 */
public record CopyPlan(
        long capture,
        CopyKind kind,
        List<DiskDescription> disks,
        List<String> bitmaps,
        List<DiskRange> ranges,
        long afterSequence,
        long pendingBytesMax) {

    public CopyPlan {
        disks = List.copyOf(disks);
        bitmaps = List.copyOf(bitmaps);
        ranges = List.copyOf(ranges);
    }

    /**
     * Finds where there is something to look at.
     *
     * @param disk of the plan
     * @param from a place on it
     * @return this place or a later one, a multiple of the unit behind the given one; the size of the disk when nothing follows
     */
    long nextWanted(DiskDescription disk, long from) {
        if (kind != CopyKind.MEND) {
            return from;
        }
        return ranges.stream()
                .filter(range ->
                        range.disk() == disk.number() && range.end() > from && range.offset() < disk.sizeBytes())
                .mapToLong(range -> Math.max(from, range.offset() - range.offset() % Chunk.BYTES))
                .min()
                .orElse(disk.sizeBytes());
    }

    /**
     * How much there is to look at.
     *
     * @return bytes of all disks
     */
    public long bytesTotal() {
        return disks.stream().mapToLong(DiskDescription::sizeBytes).sum();
    }
}
