package io.holdfast.mastertarget;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.PointImage;
import io.holdfast.nbd.NbdContexts;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExtentSink;
import java.nio.ByteBuffer;

/**
 * One disk of an opened point as a read-only block device.
 *
 * @since 1.0
 */
final class PointDisk implements NbdExport {

    private static final int PARALLEL_READS = 4;
    private static final int HOLE_AND_ZERO = NbdContexts.HOLE | NbdContexts.ZERO;

    private final PointImage image;
    private final DiskDescription disk;

    /**
     * Offers a disk.
     *
     * @param image opened; outlives this
     * @param disk one of the image's disks
     */
    PointDisk(PointImage image, DiskDescription disk) {
        this.image = image;
        this.disk = disk;
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public int parallelReads() {
        return PARALLEL_READS;
    }

    @Override
    public boolean sparseReads() {
        return true;
    }

    @Override
    public String description() {
        return disk.identity() + " at " + image.point().position();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        image.read(disk.number(), offset, target);
    }

    @Override
    public void blockStatus(String context, long offset, long length, NbdExtentSink sink) {
        if (context.equals(NbdContexts.ALLOCATION)) {
            image.blockStatus(
                    disk.number(),
                    offset,
                    length,
                    (from, bytes, kind) -> sink.extent(from, bytes, kind == ExtentKind.DATA ? 0 : HOLE_AND_ZERO));
        }
    }
}
