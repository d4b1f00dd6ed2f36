package io.holdfast.journal.internal.read;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The runs that make up a point, newest first, and what they say together about each MiB. Shared by images and block hashes. Segments are opened
 * when something is read from them. Thread-safe.
 */
public final class ImageLayers implements AutoCloseable {

    private final long owner;
    private final String machine;
    private final DiskTable disks;
    private final List<Run> runs;
    private final SegmentAccess.Source segments;
    private final Caches caches;
    private final Runnable release;
    private volatile Runnable onClose = () -> {};
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Puts layers together.
     *
     * @param machine names it in errors
     * @param disks at the point
     * @param runs newest first
     * @param segments that the runs point into
     * @param caches shared
     * @param release lets go of the files
     */
    public ImageLayers(
            String machine,
            DiskTable disks,
            List<Run> runs,
            SegmentAccess.Source segments,
            Caches caches,
            Runnable release) {
        this.owner = caches.newOwner();
        this.machine = machine;
        this.disks = disks;
        this.runs = List.copyOf(runs);
        this.segments = segments;
        this.caches = caches;
        this.release = release;
    }

    /**
     * Has somebody told when the layers are closed.
     *
     * @param listener told once
     */
    public void onClose(Runnable listener) {
        onClose = listener;
    }

    DiskTable disks() {
        return disks;
    }

    SegmentAccess segment(int number) throws IOException, DamagedException {
        return segments.open(number);
    }

    /** Finds a disk and checks that a range lies within it. */
    DiskDescription require(int disk, long offset, long length) {
        if (closed.get()) {
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "image of machine " + machine, "is closed");
        }
        long size = disks.disk(disk).map(DiskDescription::sizeBytes).orElse(0L);
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "disk " + disk,
                    "range " + offset + "+" + length + "; the disk has " + size + " bytes at this point");
        }
        return disks.disk(disk).orElseThrow();
    }

    /**
     * Gives what a MiB holds.
     *
     * @param disk which disk
     * @param mebibyte which MiB of it
     * @return its pieces; what they leave out was never written
     */
    Pieces pieces(int disk, long mebibyte) throws IOException, DamagedException {
        long at = (long) disk << 48 | mebibyte;
        return caches.pieces().get(new WeightedCache.Key(owner, at), () -> {
            Pieces pieces = new Pieces();
            for (int index = 0; index < runs.size() && !pieces.covers(Extent.BORDER_BYTES); index++) {
                runs.get(index).paint(disk, mebibyte, pieces);
            }
            return pieces;
        });
    }

    /** Turns what went wrong with a read into a named error. */
    HoldfastException failure(int disk, long offset, Exception cause) {
        ErrorCode code = cause instanceof DamagedException ? ErrorCode.STORE_DAMAGED : ErrorCode.DISK_ERROR;
        return new HoldfastException(
                code,
                "disk " + disk + " of machine " + machine,
                "cannot be read at " + offset + ": " + cause.getMessage(),
                cause);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
            onClose.run();
        }
    }
}
