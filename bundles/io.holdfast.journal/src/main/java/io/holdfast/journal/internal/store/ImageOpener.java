package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.read.ImageLayers;
import io.holdfast.journal.internal.read.SegmentAccess;
import java.io.IOException;
import java.util.Optional;

/** Puts together the runs that a position lies upon; see {@link PathCover}. */
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
        LayerRuns layers = new LayerRuns(history, leases, keys);
        try {
            DiskTable disks = disksAt(position);
            return new ImageLayers(
                    history.machine().toString(),
                    disks,
                    layers.open(position.sequence()),
                    this::segment,
                    caches,
                    layers::close);
        } catch (IOException | DamagedException e) {
            layers.close();
            throw new HoldfastException(
                    e instanceof DamagedException ? ErrorCode.STORE_DAMAGED : ErrorCode.DISK_ERROR,
                    "point " + position + " of machine " + history.machine(),
                    "cannot be opened: " + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            layers.close();
            throw e;
        }
    }

    private SegmentAccess segment(int number) throws IOException, DamagedException {
        Optional<Segment> segment = history.segment(number);
        if (segment.isEmpty()) {
            throw DamagedException.damaged("segment " + number + " is missing");
        }
        return leases.lease(segment.get());
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
