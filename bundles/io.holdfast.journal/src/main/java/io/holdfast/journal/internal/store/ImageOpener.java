package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.read.ImageLayers;
import io.holdfast.journal.internal.read.ImageSource;
import io.holdfast.journal.internal.read.OpenBlock;
import io.holdfast.journal.internal.read.Run;
import io.holdfast.journal.internal.read.RunBuilder;
import io.holdfast.journal.internal.read.SealedIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts together the segments that a position lies upon. A segment holds one line of history, so a position sees it whole or up to a sequence: whole
 * and sealed, its index serves; else its headers are read.
 */
final class ImageOpener {

    private final History history;
    private final SegmentLeases leases;
    private final Caches caches;

    ImageOpener(History history, SegmentLeases leases, Caches caches) {
        this.history = history;
        this.leases = leases;
        this.caches = caches;
    }

    /**
     * Opens the layers of a position. All its blocks lie in segments.
     *
     * @param position in terms of the epoch that gave it
     * @param keys must be able to open every batch; nothing when no batch is opened
     */
    ImageLayers open(Position position, Optional<MachineKeys> keys) {
        List<Lineage.Stretch> path = history.lineage().path(position.sequence());
        List<SegmentLeases.Lease> held = new ArrayList<>();
        try {
            List<ImageSource> sources = new ArrayList<>();
            for (Segment segment : history.segments().reversed()) {
                long visible = visibleUpTo(path, segment);
                if (visible >= segment.firstSequence()) {
                    SegmentLeases.Lease lease = leases.lease(segment);
                    held.add(lease);
                    sources.add(new ImageSource(runUpTo(segment, lease, visible), lease.reader()));
                    if (keys.isPresent()) {
                        requireKey(lease, keys.get());
                    }
                }
            }
            DiskTable disks = disksAt(position);
            return new ImageLayers(
                    history.machine().toString(),
                    disks,
                    sources,
                    caches,
                    () -> held.forEach(SegmentLeases.Lease::close));
        } catch (IOException | DamagedException e) {
            held.forEach(SegmentLeases.Lease::close);
            throw failure(position, e);
        } catch (RuntimeException e) {
            held.forEach(SegmentLeases.Lease::close);
            throw e;
        }
    }

    private HoldfastException failure(Position position, Exception cause) {
        return new HoldfastException(
                cause instanceof DamagedException ? ErrorCode.STORE_DAMAGED : ErrorCode.DISK_ERROR,
                "point " + position + " of machine " + history.machine(),
                "cannot be opened: " + cause.getMessage(),
                cause);
    }

    /** The newest sequence of a segment that lies on a path; below its first one when none does. */
    private static long visibleUpTo(List<Lineage.Stretch> path, Segment segment) {
        for (Lineage.Stretch stretch : path) {
            long last = Math.min(stretch.last(), segment.lastSequence());
            if (last >= Math.max(stretch.first(), segment.firstSequence())) {
                return last;
            }
        }
        return segment.firstSequence() - 1;
    }

    private static Run runUpTo(Segment segment, SegmentLeases.Lease lease, long visible)
            throws IOException, DamagedException {
        SealedIndex index = lease.index();
        if (index != null && visible == segment.lastSequence()) {
            return index;
        }
        RunBuilder builder = new RunBuilder();
        int count = lease.reader().table().count();
        for (int place = 0; place < count; place++) {
            OpenBlock block = lease.reader().block(place);
            if (block.header().firstSequence() > visible) {
                break;
            }
            builder.add(block.header(), place, visible);
        }
        return builder.build();
    }

    /** One batch of each segment is enough to tell a foreign key at once; every frame is checked again when it is read. */
    private void requireKey(SegmentLeases.Lease lease, MachineKeys keys) throws IOException, DamagedException {
        int count = lease.reader().table().count();
        for (int place = 0; place < count; place++) {
            OpenBlock block = lease.reader().block(place);
            if (!block.header().isEpoch()) {
                if (!keys.has(block.header().keyId())) {
                    throw new HoldfastException(
                            ErrorCode.KEY_MISSING,
                            "machine " + history.machine(),
                            "its batches are sealed with key "
                                    + Long.toHexString(block.header().keyId()) + "; given was " + keys);
                }
                return;
            }
        }
    }

    /**
     * Finds the disk table that was in force at a position.
     *
     * @param position in terms of the epoch that gave it
     */
    DiskTable disksAt(Position position) throws IOException, DamagedException {
        if (position.equals(Position.ORIGIN)) {
            return DiskTable.NONE;
        }
        Optional<Segment> segment = history.segmentOf(position.sequence());
        if (segment.isEmpty()) {
            throw DamagedException.damaged("no segment has sequence " + position.sequence());
        }
        try (SegmentLeases.Lease lease = leases.lease(segment.get())) {
            Optional<DiskTable> newest = Segment.newestTable(lease.notes(), position.sequence());
            return newest.isPresent() ? newest.get() : lease.start().disks();
        }
    }
}
