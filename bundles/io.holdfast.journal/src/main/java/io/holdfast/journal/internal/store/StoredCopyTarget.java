package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopySource;
import io.holdfast.journal.internal.copy.CopyTarget;
import io.holdfast.journal.internal.copy.SourceSegment;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A history of an open store that is filled from another one. What makes its segments part of it happens with the writer's lock held. */
final class StoredCopyTarget implements CopyTarget {

    private final Store store;
    private final StoreContext context;
    private final MachineId machine;

    StoredCopyTarget(Store store, StoreContext context, MachineId machine) {
        this.store = store;
        this.context = context;
        this.machine = machine;
    }

    private Optional<History> found() {
        return store.stored(machine).map(StoredHistory::history);
    }

    private History history() {
        History history = found().orElseThrow(() -> new HoldfastException(
                ErrorCode.NOT_FOUND, "history of machine " + machine, "is not in the target any more"));
        history.requireThere();
        return history;
    }

    @Override
    public UUID storeId() {
        return store.storeId();
    }

    @Override
    public long incarnation() {
        return found().map(History::incarnation).orElse(0L);
    }

    @Override
    public Optional<Standing> standing() {
        return found().map(History::standing);
    }

    @Override
    public void begin(Standing standing) {
        if (found().isEmpty()) {
            store.createCopy(machine, standing);
        } else {
            change(standing);
        }
    }

    @Override
    public HistoryState state() {
        return history().durable();
    }

    @Override
    public List<Held> unsealed() {
        return history().unsealed().stream().map(StoredCopyTarget::held).toList();
    }

    @Override
    public long bytes() {
        return history().segments().stream().mapToLong(Segment::writtenBytes).sum();
    }

    @Override
    public long newestNumber() {
        return history().nextSegmentNumber() - 1;
    }

    @Override
    public Optional<Held> held(long number) {
        return history().segment(number).map(StoredCopyTarget::held);
    }

    private static Held held(Segment segment) {
        if (segment.isSealed()) {
            return new Held(segment.number(), 0, segment.writtenBytes(), true);
        }
        return new Held(segment.number(), segment.count(), endOf(segment), false);
    }

    private static long endOf(Segment segment) {
        try {
            int count = segment.count();
            BlockEntry last = count == 0 ? null : segment.entry(count - 1);
            return last == null ? segment.headerBytes() : last.offset() + last.blockLength();
        } catch (DamagedException e) {
            throw new IllegalStateException("the table of an unsealed segment is in memory", e);
        }
    }

    @Override
    public Optional<FileDigest> recorded(long number) {
        return history().ledger().current(number);
    }

    @Override
    public StoreFile read(long number) throws IOException {
        Segment segment = history()
                .segment(number)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "segment " + number + " of machine " + machine, "is not in the target"));
        return context.files().open(segment.path(), OpenMode.READ);
    }

    private String partPath(long number) {
        return ArrivingSegments.path(history().folder(), number);
    }

    @Override
    public StoreFile write(long number) throws IOException {
        store.requireIntake();
        Segment begun = unsealedOf(number);
        if (begun != null) {
            return context.files().open(begun.path(), OpenMode.EXISTING);
        }
        String part = partPath(number);
        return context.files().open(part, context.files().exists(part) ? OpenMode.EXISTING : OpenMode.NEW);
    }

    private @Nullable Segment unsealedOf(long number) {
        Segment segment = history().segment(number).orElse(null);
        return segment == null || segment.isSealed() ? null : segment;
    }

    @Override
    public void discard(long number) throws IOException {
        Segment begun = unsealedOf(number);
        if (begun == null) {
            context.files().delete(partPath(number));
            return;
        }
        try (StoreFile file = context.files().open(begun.path(), OpenMode.EXISTING)) {
            file.truncate(Math.min(file.size(), begun.writtenBytes()));
        }
    }

    @Override
    public Check checkBlocks(StoreFile file, long number, long from, long end) {
        return ArrivalCheck.ofBlocks(file, number, from, end);
    }

    @Override
    public Check checkSealed(StoreFile file, long number, SourceSegment segment, Optional<FileDigest> recorded) {
        return ArrivalCheck.ofSealed(file, number, segment, recorded);
    }

    @Override
    public void takeBlocks(long number, long end) throws DamagedException {
        throwIfPresent(store.change(writer -> {
            History history = history();
            SegmentLoader loader = new SegmentLoader(context.files(), storeId(), history);
            try {
                Segment segment = unsealedOf(number);
                if (segment == null) {
                    segment = begin(loader, history, number);
                }
                try (StoreFile file = context.files().open(segment.path(), OpenMode.READ)) {
                    long good = loader.walk(file, segment, endOf(segment), end);
                    segment.writtenBytes(good < end ? good : SegmentHeader.padded(end));
                    writer.checkpointNow();
                    return good < end ? Optional.of(notFollowing(history, good)) : Optional.empty();
                }
            } catch (DamagedException e) {
                return Optional.of(e);
            }
        }));
    }

    /** A finding about bytes of the source is no failure of the target, so it passes through its change as a value. */
    private static void throwIfPresent(Optional<DamagedException> refused) throws DamagedException {
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private static DamagedException notFollowing(History history, long at) {
        return DamagedException.damaged("the block at " + at + " does not follow block "
                + history.durable().blockNumber() + " of the target");
    }

    private Segment begin(SegmentLoader loader, History history, long number) throws IOException, DamagedException {
        String part = partPath(number);
        try (StoreFile file = context.files().open(part, OpenMode.READ)) {
            loader.requireHeader(file, number);
        }
        String path = Segment.openPath(history.folder(), number);
        context.files().rename(part, path);
        context.files().forceDirectory(history.folder());
        try (StoreFile file = context.files().open(path, OpenMode.READ)) {
            return loader.unsealed(file, number);
        }
    }

    @Override
    public void takeSealed(Check check) throws DamagedException {
        if (!(check instanceof ArrivalCheck checked)) {
            throw new IllegalArgumentException("the check of a sealed segment comes from checkSealed");
        }
        throwIfPresent(store.change(_ -> {
            History history = history();
            try {
                Segment begun = unsealedOf(checked.number());
                if (begun == null) {
                    takeWhole(history, checked);
                } else {
                    giveIndex(history, begun, checked);
                }
                return Optional.empty();
            } catch (DamagedException e) {
                return Optional.of(e);
            }
        }));
    }

    /** As with a segment that is sealed here, the ledger has the entry before the file has its final name; see {@link ArrivingSegments}. */
    private static void record(History history, LedgerEntry.Sealed entry) throws IOException {
        if (!history.ledger().current(entry.file().number()).equals(Optional.of(entry.file()))) {
            history.ledger().append(entry);
        }
    }

    private void takeWhole(History history, ArrivalCheck checked) throws IOException, DamagedException {
        SegmentLoader loader = new SegmentLoader(context.files(), storeId(), history);
        String part = partPath(checked.number());
        try (StoreFile file = context.files().open(part, OpenMode.READ)) {
            loader.requireHeader(file, checked.number());
        }
        context.files().forceDirectory(history.folder());
        record(history, checked.entry());
        int generation = checked.entry().file().generation();
        context.files().rename(part, Segment.sealedPath(history.folder(), checked.number(), generation));
        context.files().forceDirectory(history.folder());
        loader.sealed(checked.number(), generation);
    }

    private void giveIndex(History history, Segment segment, ArrivalCheck checked)
            throws IOException, DamagedException {
        if (!segment.chain().equals(checked.entry().chain())) {
            throw DamagedException.damaged("the index of segment " + segment.number() + " ends with block "
                    + checked.entry().lastBlock() + ", its blocks with "
                    + segment.end().blockNumber());
        }
        record(history, checked.entry());
        context.leases().sealed(segment, checked.summary(), Segment.sealedPath(history.folder(), segment.number()));
        context.files().forceDirectory(history.folder());
        history.sealed(segment);
    }

    @Override
    public void takeLedger(UUID origin, long originIncarnation, CopySource.LedgerHead head) throws IOException {
        Optional<StoreFile> opened = head.file();
        if (opened.isEmpty()) {
            return;
        }
        try (StoreFile file = opened.get()) {
            store.change(_ -> {
                History history = history();
                String name = Ledger.NAME + "." + origin + "." + originIncarnation;
                LedgerEntry.Copied copied =
                        new LedgerEntry.Copied(origin, originIncarnation, head.entries(), head.root());
                boolean known = history.ledger().newestCopied().equals(Optional.of(copied));
                if (!known || !context.files().exists(history.folder() + "/" + name)) {
                    SmallFiles.replace(context.files(), history.folder(), name, file, head.bytes());
                }
                if (!known) {
                    history.ledger().append(copied);
                }
                return true;
            });
        }
    }

    @Override
    public void takeRetention(RetentionState state) {
        store.change(_ -> {
            History history = history();
            context.save(history, state);
            history.retention().load(history.retention().state());
            return true;
        });
    }

    @Override
    public void takePins(PinList pins) {
        store.change(_ -> {
            History history = history();
            if (!history.pinList().equals(pins)) {
                SmallFiles.replace(context.files(), history.folder(), Layout.PINS, pins.encode());
                history.pins(pins.pins(), pins.nextId());
            }
            return true;
        });
    }

    @Override
    public void change(Standing standing) {
        store.change(writer -> {
            History history = history();
            writer.checkpointNow();
            SmallFiles.replace(context.files(), history.folder(), Layout.STANDING, standing.encode());
            history.standing(standing);
            return true;
        });
    }
}
