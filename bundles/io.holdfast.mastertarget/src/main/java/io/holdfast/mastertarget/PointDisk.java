package io.holdfast.mastertarget;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.journal.PointImage;
import io.holdfast.nbd.FixedContent;
import io.holdfast.nbd.FixedExport;
import io.holdfast.nbd.NbdExport;
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
final class PointDisk implements FixedContent {

    private static final Logger LOG = LoggerFactory.getLogger(PointDisk.class);

    private final PointImage image;
    private final int disk;

    private PointDisk(PointImage image, int disk) {
        this.image = image;
        this.disk = disk;
    }

    /**
     * Offers a disk.
     *
     * @param image opened; outlives what is returned
     * @param disk one of the image's disks
     * @return the device
     */
    static NbdExport export(PointImage image, DiskDescription disk) {
        String description = disk.identity() + " at " + image.point().position();
        return new FixedExport(disk.sizeBytes(), description, new PointDisk(image, disk.number()));
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        try {
            image.read(disk, offset, target);
        } catch (HoldfastException e) {
            throw endOfConnection(e);
        }
    }

    @Override
    public void extents(long offset, long length, Sink sink) {
        try {
            image.blockStatus(disk, offset, length, sink::accept);
        } catch (HoldfastException e) {
            throw endOfConnection(e);
        }
    }

    private IllegalStateException endOfConnection(HoldfastException cause) {
        LOG.error(
                "point cannot be read position={} disk={} code={} reason={}",
                image.point().position(),
                disk,
                cause.code(),
                cause.getMessage());
        return new IllegalStateException("the connection ends instead of an answer", cause);
    }
}
