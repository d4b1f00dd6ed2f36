package io.holdfast.mobility.copy;

import io.holdfast.base.stream.DiskDescription;
import java.util.List;

/**
 * One copy of all disks of a machine.
 *
 * @param capture number of the capture that runs beside it
 * @param kind how
 * @param disks all disks
 * @param bitmaps whose union is read for {@link CopyKind#BITMAP}, else empty
 * @param afterSequence nothing is compared before the store has this: what it had before may lack writes that it is still to get
 * @param pendingBytesMax copies that are on their way and not durable yet
 */
public record CopyPlan(
        long capture,
        CopyKind kind,
        List<DiskDescription> disks,
        List<String> bitmaps,
        long afterSequence,
        long pendingBytesMax) {

    public CopyPlan {
        disks = List.copyOf(disks);
        bitmaps = List.copyOf(bitmaps);
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
