package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopySource;
import io.holdfast.journal.internal.copy.SourceSegment;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.read.SealedIndex;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** A history of an open store as it is copied out. Reading bytes takes no lock that ingest waits for. */
final class StoredCopySource implements CopySource {

    private final Store store;
    private final StoreContext context;
    private final StoredHistory stored;
    private final History history;

    StoredCopySource(Store store, StoreContext context, StoredHistory stored) {
        this.store = store;
        this.context = context;
        this.stored = stored;
        this.history = stored.history();
    }

    @Override
    public UUID storeId() {
        return store.storeId();
    }

    @Override
    public MachineId machine() {
        return history.machine();
    }

    @Override
    public long incarnation() {
        return history.incarnation();
    }

    @Override
    public Standing standing() {
        history.requireThere();
        return history.standing();
    }

    @Override
    public HistoryState gather() {
        return store.arrange(writer -> {
            history.requireThere();
            writer.drain(history);
            return history.writtenState();
        });
    }

    @Override
    public Optional<SourceSegment> segment(long number) throws IOException, DamagedException {
        history.requireThere();
        Optional<Segment> found = history.segment(number);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SegmentLeases.Lease lease = context.leases().lease(found.get());
        boolean opened = false;
        try {
            SealedIndex index = lease.index();
            int blocks = lease.reader().table().count();
            if (index == null) {
                settle(found.get());
            }
            SourceSegment segment = new SourceSegment(
                    lease.file(),
                    lease.reader(),
                    blocks,
                    lease.generation(),
                    SegmentLoader.headerBytes(lease.file()),
                    index == null ? null : SealedIndex.readSummary(lease.file()),
                    lease::close);
            opened = true;
            return Optional.of(segment);
        } finally {
            if (!opened) {
                lease.close();
            }
        }
    }

    /**
     * Sees to it that blocks stay where they lie. Those that came out of the intake log and were not forced since come to lie elsewhere when they are
     * moved once more after a loss of power, and a copy of them would not be a beginning of the segment any more.
     */
    private void settle(Segment segment) {
        store.arrange(writer -> {
            if (segment.isDirty()) {
                writer.checkpointNow();
            }
            return true;
        });
    }

    @Override
    public long bytesFrom(long number) {
        return history.segments().stream()
                .filter(segment -> segment.number() >= number)
                .mapToLong(Segment::writtenBytes)
                .sum();
    }

    @Override
    public Optional<FileDigest> recorded(long number) {
        return history.ledger().current(number);
    }

    @Override
    public LedgerHead ledger() throws IOException {
        String path = Ledger.pathIn(history.folder());
        Ledger ledger = history.ledger();
        synchronized (ledger) {
            StoreFile file = ledger.size() == 0 ? null : context.files().open(path, OpenMode.READ);
            return new LedgerHead(
                    Optional.ofNullable(file),
                    ledger.end(),
                    ledger.size(),
                    ledger.head().root());
        }
    }

    @Override
    public RetentionState retention() {
        long clock = history.retention().clockMillis(context.time().monotonicNanos());
        return history.retention().state().at(clock);
    }

    @Override
    public PinList pins() {
        return history.pinList();
    }

    @Override
    public void change(Standing standing) {
        store.change(writer -> {
            history.requireThere();
            Standing before = history.standing();
            history.standing(standing);
            boolean saved = false;
            try {
                store.commit(writer, history);
                writer.drain(history);
                SmallFiles.replace(context.files(), history.folder(), Layout.STANDING, standing.encode());
                saved = true;
            } finally {
                if (!saved) {
                    history.standing(before);
                }
            }
            return true;
        });
    }

    @Override
    public void destroy() {
        stored.destroy();
    }
}
