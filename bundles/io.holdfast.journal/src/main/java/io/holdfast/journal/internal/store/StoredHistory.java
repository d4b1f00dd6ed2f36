package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.journal.AppendResult;
import io.holdfast.journal.BlockHashes;
import io.holdfast.journal.Epoch;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.HistoryStatistics;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.Pin;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.internal.format.BlockEncoder;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.ProvenSpan;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.read.ImageLayers;
import io.holdfast.journal.internal.read.PresentLoss;
import io.holdfast.journal.internal.read.StoredHashes;
import io.holdfast.journal.internal.read.StoredImage;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The history of one machine as its users see it. */
final class StoredHistory implements MachineHistory {

    private final Store store;
    private final StoreContext context;
    private final History history;
    private final HistoryPoints points;
    private final Keeping keeping;

    StoredHistory(Store store, StoreContext context, History history) {
        this.store = store;
        this.context = context;
        this.history = history;
        this.points = new HistoryPoints(history, context.leases());
        this.keeping = new Keeping(context, history);
    }

    History history() {
        return history;
    }

    @Override
    public MachineId machine() {
        return history.machine();
    }

    @Override
    public HistoryHead head() {
        history.requireThere();
        return history.head();
    }

    @Override
    public AppendResult append(ByteBuffer batch) {
        store.requireWritable();
        store.requireOpen();
        ByteBuffer bytes = batch.slice();
        BlockHeader header;
        try {
            header = Sealer.decodeWhole(bytes);
        } catch (DamagedException e) {
            ErrorCode code = e.kind() == DamagedException.Kind.NEWER_VERSION
                    ? ErrorCode.VERSION_UNSUPPORTED
                    : ErrorCode.PROTOCOL_ERROR;
            throw new HoldfastException(code, "batch for machine " + machine(), e.getMessage(), e);
        }
        int length = bytes.remaining();
        store.reserve(length);
        boolean taken = false;
        try {
            AppendResult result = history.append(header, bytes);
            taken = result == AppendResult.ACCEPTED;
            return result;
        } finally {
            if (!taken) {
                store.release(length);
            }
        }
    }

    @Override
    public HistoryStanding standing() {
        Standing standing = history.standing();
        return new HistoryStanding(standing.kind(), standing.peer(), standing.place());
    }

    @Override
    public void release() {
        store.change(writer -> {
            history.requireThere();
            Standing before = history.standing();
            if (before.kind() != HistoryStanding.State.OWN) {
                writer.checkpointNow();
                boolean copy = before.kind() == HistoryStanding.State.COPY;
                Standing own = before.released(copy ? history.nextSegmentNumber() - 1 : Long.MAX_VALUE);
                SmallFiles.replace(context.files(), history.folder(), Layout.STANDING, own.encode());
                history.standing(own);
            }
            return true;
        });
    }

    @Override
    public HistoryHead openEpoch(EpochRequest request) {
        return store.change(writer -> {
            history.requireTakesBatches();
            HistoryState durable = history.durable();
            if (!durable.position().equals(request.expectedHead())) {
                throw new HoldfastException(
                        ErrorCode.EPOCH_STALE,
                        "epoch of machine " + machine(),
                        "the head is " + durable.position() + "; expected was " + request.expectedHead());
            }
            Position parent = history.resolve(request.parent()).orElseThrow(() -> notFound(request.parent()));
            history.retention().requireKept("point " + parent + " of machine " + machine(), parent.sequence());
            writer.drain(history);
            Note.Opening opening = opening(request, durable, parent);
            byte[] block = BlockEncoder.epochBlock(machine(), durable.blockNumber() + 1, opening, durable.chain());
            try {
                store.release(history.dropWaiting());
                store.reserveAlways(block.length);
                history.acceptEpoch(BlockHeader.adopt(block), ByteBuffer.wrap(block));
            } catch (DamagedException e) {
                throw new IllegalStateException("a block of our own making is wrong", e);
            }
            store.commit(writer, history);
            return history.head();
        });
    }

    private HoldfastException notFound(Position position) {
        return new HoldfastException(
                ErrorCode.POINT_NOT_FOUND,
                "point " + position,
                "is not in the history of machine " + machine() + "; its head is "
                        + history.durable().position());
    }

    private Note.Opening opening(EpochRequest request, HistoryState durable, Position parent) throws IOException {
        Epoch epoch = new Epoch(
                Math.max(durable.epoch(), request.epochSeen()) + 1,
                parent,
                durable.sequence() + 1,
                request.cause(),
                request.writer(),
                context.time().utcMillis());
        Optional<Position> head = history.resolve(durable.position());
        if (head.isPresent() && head.get().equals(parent)) {
            return new Note.Opening(epoch, durable.readySequence(), durable.provenSequence(), durable.disks());
        }
        Optional<ProvenSpan> span = history.spanOf(parent.sequence());
        long ready = span.map(ProvenSpan::first).orElse(0L);
        return new Note.Opening(epoch, ready, newestProven(parent), disksAt(parent));
    }

    /** The newest point that a position lies upon, 0 when there is none. */
    private long newestProven(Position position) {
        for (Lineage.Stretch stretch : history.lineage().path(position.sequence())) {
            Optional<ProvenSpan> newest = history.newestSpanIn(stretch.first(), stretch.last());
            if (newest.isPresent()) {
                return Math.min(newest.get().last(), stretch.last());
            }
        }
        return 0;
    }

    private DiskTable disksAt(Position parent) throws IOException {
        try {
            return opener().disksAt(parent);
        } catch (DamagedException e) {
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED, "point " + parent + " of machine " + machine(), e.getMessage(), e);
        }
    }

    private ImageOpener opener() {
        return new ImageOpener(history, context.leases(), context.caches());
    }

    @Override
    public Points points() {
        return points;
    }

    @Override
    public PointImage openPoint(Position position, MachineKeys keys) {
        return openImage(position, keys, true);
    }

    @Override
    public PointImage openUnproven(Position position, MachineKeys keys) {
        return openImage(position, keys, false);
    }

    private PointImage openImage(Position position, MachineKeys keys, boolean provenOnly) {
        history.requireThere();
        RecoveryPoint point = points.at(position);
        if (provenOnly && !point.proven()) {
            throw new HoldfastException(
                    ErrorCode.POINT_NOT_FOUND,
                    "point " + position + " of machine " + machine(),
                    "is durable and not proven; it can be opened as unproven only");
        }
        return new StoredImage(point, openLayers(point.position(), Optional.of(keys)), keys);
    }

    /** What lies in the intake log alone is moved to segments first: images read those. */
    private ImageLayers openLayers(Position position, Optional<MachineKeys> keys) {
        if (!history.logged().isEmpty()) {
            store.arrange(writer -> {
                writer.drain(history);
                return true;
            });
        }
        history.retention().hold("point " + position + " of machine " + machine(), position.sequence());
        try {
            ImageLayers layers = opener().open(position, keys);
            layers.onClose(() -> {
                history.closed(layers);
                history.retention().release(position.sequence());
            });
            history.opened(layers);
            return layers;
        } catch (RuntimeException e) {
            history.retention().release(position.sequence());
            throw e;
        }
    }

    @Override
    public BlockHashes openBlockHashes() {
        history.requireThere();
        Position head = history.durable().position();
        return new StoredHashes(head, openLayers(given(head), Optional.empty()));
    }

    /** A durable position, in terms of the epoch that gave it. */
    private Position given(Position durable) {
        return history.resolve(durable).orElse(Position.ORIGIN);
    }

    @Override
    public Pin pin(Position position, String reason) {
        if (reason.length() > Pin.REASON_CHARACTERS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "reason of a pin",
                    reason.length() + " characters; expected at most " + Pin.REASON_CHARACTERS_MAX);
        }
        return store.change(_ -> {
            history.requireDecidesHere();
            Position resolved = history.resolve(position).orElseThrow(() -> notFound(position));
            return keeping.pin(resolved, reason);
        });
    }

    @Override
    public void unpin(long pinId) {
        store.change(_ -> {
            history.requireDecidesHere();
            keeping.unpin(pinId);
            return true;
        });
    }

    @Override
    public List<Pin> pins() {
        return history.pins();
    }

    @Override
    public RetentionPolicy retention() {
        return history.retention().state().policy();
    }

    @Override
    public void setRetention(RetentionPolicy policy) {
        store.change(_ -> {
            history.requireDecidesHere();
            keeping.policy(policy);
            return true;
        });
    }

    @Override
    public List<LostRange> lost() {
        history.requireThere();
        List<LostRange> found = history.lost();
        if (found.isEmpty()) {
            return found;
        }
        try (ImageLayers layers = openLayers(given(history.durable().position()), Optional.empty())) {
            return PresentLoss.in(layers, found);
        }
    }

    @Override
    public SpaceFigures space() {
        HistoryStatistics statistics = history.statistics();
        RetentionState state = history.retention().state();
        long waiting = ColdChoice.waitingBytes(context, history);
        return new SpaceFigures(
                statistics.ciphertextBytes() + statistics.metadataBytes(),
                state.dead().values().stream().mapToLong(Long::longValue).sum(),
                state.arrivals().rate(RetentionPolicy.DAY_MILLIS, RetentionPolicy.DAY_MILLIS),
                waiting,
                TimeUnit.NANOSECONDS.toMillis(context.coldBudget().forecastNanos(waiting)));
    }

    @Override
    public HistoryStatistics statistics() {
        return history.statistics();
    }

    @Override
    public void requireDestroyable() {
        store.change(_ -> {
            history.requireThere();
            keeping.requireDestroyable();
            return true;
        });
    }

    @Override
    public void destroy() {
        store.change(writer -> {
            history.requireThere();
            keeping.requireDestroyable();
            store.release(history.dropWaiting());
            history.destroy().forEach(ImageLayers::close);
            store.forget(this);
            writer.destroy(history);
            return true;
        });
    }
}
