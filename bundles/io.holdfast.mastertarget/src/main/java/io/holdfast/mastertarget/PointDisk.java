package io.holdfast.mastertarget;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.PointImage;
import io.holdfast.nbd.NbdContexts;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExtentSink;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One disk of an opened point as a read-only block device.
 *
 * <p>What cannot be read now ends the connection and is never answered as an error: a replica that copies its base in the background takes an
 * error for data (seen with QEMU 7.2), while a lost connection only makes it wait and ask again.
 *
 * @since 1.0
 */
final class PointDisk implements NbdExport {

    private static final Logger LOG = LoggerFactory.getLogger(PointDisk.class);
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
        try {
            image.read(disk.number(), offset, target);
        } catch (HoldfastException e) {
            throw endOfConnection(e);
        }
    }

    @Override
    public void blockStatus(String context, long offset, long length, NbdExtentSink sink) {
        if (context.equals(NbdContexts.ALLOCATION)) {
            try {
                image.blockStatus(
                        disk.number(),
                        offset,
                        length,
                        (from, bytes, kind) -> sink.extent(from, bytes, kind == ExtentKind.DATA ? 0 : HOLE_AND_ZERO));
            } catch (HoldfastException e) {
                throw endOfConnection(e);
            }
        }
    }

    private IllegalStateException endOfConnection(HoldfastException cause) {
        LOG.error(
                "point cannot be read position={} disk={} code={} reason={}",
                image.point().position(),
                disk.number(),
                cause.code(),
                cause.getMessage());
        return new IllegalStateException("the connection ends instead of an answer", cause);
    }
}
