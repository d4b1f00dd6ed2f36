package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.read.HeaderScan;
import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.Pieces;
import io.holdfast.journal.internal.read.Run;
import io.holdfast.journal.internal.read.RunBuilder;
import io.holdfast.journal.internal.read.SealedIndex;
import io.holdfast.journal.internal.read.SegmentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the runs of a cover and keeps them open. In memory is at most one segment's run for each line of history, 16 bytes an extent, 4 MiB; all
 * else is read when asked for. A merged run that turns out to be damaged is dropped, and the runs that it was made from serve instead. Thread-safe.
 */
final class LayerRuns implements AutoCloseable {

    private final History history;
    private final SegmentLeases leases;
    private final Optional<MachineKeys> keys;
    private final List<AutoCloseable> held = new ArrayList<>();
    private boolean closed;

    LayerRuns(History history, SegmentLeases leases, Optional<MachineKeys> keys) {
        this.history = history;
        this.leases = leases;
        this.keys = keys;
    }

    /**
     * Opens what a sequence lies upon.
     *
     * @param sequence any that was given
     * @return runs, newest first
     */
    List<Run> open(long sequence) throws IOException, DamagedException {
        return openAll(PathCover.of(history, sequence));
    }

    /** Opens the runs of a cover, in its order. */
    List<Run> openAll(List<PathCover.Layer> cover) throws IOException, DamagedException {
        List<Run> runs = new ArrayList<>();
        for (PathCover.Layer layer : cover) {
            switch (layer) {
                case PathCover.Layer.Merged(MergedFile file) -> runs.addAll(openMerged(file));
                case PathCover.Layer.Whole(Segment segment) -> runs.add(openWhole(segment));
                case PathCover.Layer.Cut(Segment segment, long lastSequence) ->
                    runs.add(openCut(segment, lastSequence));
            }
        }
        return runs;
    }

    private Run openWhole(Segment segment) throws IOException, DamagedException {
        SegmentLeases.Lease lease = hold(leases.lease(segment));
        requireKey(lease.reader());
        SealedIndex index = lease.index();
        return index == null ? cutRun(segment, lease.reader(), segment.lastSequence()) : index;
    }

    private Run openCut(Segment segment, long lastSequence) throws IOException, DamagedException {
        try (SegmentLeases.Lease lease = leases.lease(segment)) {
            requireKey(lease.reader());
            return cutRun(segment, lease.reader(), lastSequence);
        }
    }

    /** Makes the run of a part of a segment out of its blocks' headers. */
    static MemoryRun cutRun(Segment segment, SegmentReader reader, long lastSequence)
            throws IOException, DamagedException {
        RunBuilder builder = new RunBuilder(Math.toIntExact(segment.number()));
        HeaderScan headers = new HeaderScan(reader);
        int count = reader.table().count();
        for (int place = 0; place < count; place++) {
            BlockEntry entry = reader.table().entry(place);
            if (entry.firstSequence() > lastSequence) {
                break;
            }
            if (!entry.isStub()) {
                builder.add(headers.header(place), place, lastSequence);
            }
        }
        return builder.build();
    }

    /** One batch of a segment is enough to tell a foreign key at once; every frame is checked again when it is read. */
    private void requireKey(SegmentReader reader) throws IOException, DamagedException {
        Optional<Long> keyId = keys.isPresent() ? firstKey(reader) : Optional.empty();
        if (keyId.isPresent()) {
            requireKey(keyId.get());
        }
    }

    /** The key of the first batch of a segment whose header can be read, if it has one; what reads another batch names the damage. */
    static Optional<Long> firstKey(SegmentReader reader) throws IOException, DamagedException {
        int count = reader.table().count();
        for (int place = 0; place < count; place++) {
            if (!reader.table().entry(place).isStub()) {
                Optional<BlockHeader> header = readable(reader, place);
                if (header.isPresent() && !header.get().isEpoch()) {
                    return Optional.of(header.get().keyId());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<BlockHeader> readable(SegmentReader reader, int place) throws IOException {
        try {
            return Optional.of(reader.block(place).header());
        } catch (DamagedException _) {
            return Optional.empty();
        }
    }

    private void requireKey(long keyId) {
        if (keys.isPresent() && !keys.get().has(keyId)) {
            throw new HoldfastException(
                    ErrorCode.KEY_MISSING,
                    "machine " + history.machine(),
                    "its batches are sealed with key " + Long.toHexString(keyId) + "; given was " + keys.get());
        }
    }

    private List<Run> openMerged(MergedFile file) throws IOException, DamagedException {
        SegmentLeases.RunLease lease;
        try {
            lease = hold(leases.lease(file));
        } catch (IOException | DamagedException _) {
            return openInstead(file);
        }
        lease.run().summary().keyIds().forEach(this::requireKey);
        return List.of(new Mended(file, lease.run()));
    }

    private List<Run> openInstead(MergedFile file) throws IOException, DamagedException {
        history.runs().drop(file);
        if (!file.isBase()) {
            return openAll(PathCover.between(history, file.first(), file.last()));
        }
        Optional<Segment> last = history.segment(file.last());
        return last.isEmpty() ? List.of() : open(last.get().lastSequence());
    }

    private synchronized <T extends AutoCloseable> T hold(T lease) {
        if (closed) {
            closeQuietly(lease);
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "image of machine " + history.machine(), "is closed");
        }
        held.add(lease);
        return lease;
    }

    @Override
    public synchronized void close() {
        closed = true;
        held.forEach(LayerRuns::closeQuietly);
        held.clear();
    }

    private static void closeQuietly(AutoCloseable lease) {
        try {
            lease.close();
        } catch (Exception e) {
            throw new IllegalStateException("giving back a lease writes nothing", e);
        }
    }

    /** A merged run, and in its place the runs that it was made from once a page of it does not read back. */
    private final class Mended implements Run {

        private final MergedFile file;
        private final Run merged;
        private volatile @Nullable List<Run> instead;

        Mended(MergedFile file, Run merged) {
            this.file = file;
            this.merged = merged;
        }

        @Override
        public void paint(int disk, long mebibyte, Pieces pieces) throws IOException, DamagedException {
            if (instead == null) {
                try {
                    merged.paint(disk, mebibyte, pieces);
                    return;
                } catch (IOException | DamagedException _) {
                    // what was painted so far is right: pages are checked one by one
                }
            }
            for (Run run : runsInstead()) {
                run.paint(disk, mebibyte, pieces);
            }
        }

        private synchronized List<Run> runsInstead() throws IOException, DamagedException {
            List<Run> runs = instead;
            if (runs == null) {
                runs = openInstead(file);
                instead = runs;
            }
            return runs;
        }
    }
}
