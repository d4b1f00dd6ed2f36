package io.holdfast.journal.internal.store;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.IntakeGroup;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.RunSummary;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.merge.MergedRun;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings back one machine's history when a store is opened: footers of sealed segments, headers of the others up to their durable length, then
 * what the intake log holds beyond. Bytes behind the durable length were never acknowledged and are cut; damaged bytes before it are kept aside,
 * and the history goes on from the last good block.
 */
final class HistoryLoader {

    private final StoreFiles files;
    private final Ledger.Owner owner;
    private final Damages damages;
    private final Quarantine quarantine;
    private final Checkpoint.Machine named;
    private final History history;
    private final SegmentLoader segments;
    private final TreeMap<Long, Long> durableLengths = new TreeMap<>();
    private final boolean ledgerExpected;
    private boolean broken;

    HistoryLoader(
            Ledger.Owner owner,
            Damages damages,
            Quarantine quarantine,
            Checkpoint.Machine machine,
            boolean ledgerExpected) {
        this.files = owner.files();
        this.owner = owner;
        this.ledgerExpected = ledgerExpected;
        this.damages = damages;
        this.quarantine = quarantine;
        this.named = machine;
        this.history = new History(machine.id(), machine.incarnation());
        this.segments = new SegmentLoader(files, owner.storeId(), history);
        machine.unsealed().forEach(segment -> durableLengths.put(segment.number(), segment.durableLength()));
    }

    /** Takes in what the intake log says about a segment. */
    void extend(IntakeGroup.Segment entry) {
        durableLengths.merge(entry.number(), entry.durableLength(), Math::max);
    }

    /** What the next checkpoint says of this machine when its history could not be loaded. */
    Checkpoint.Machine asNamed() {
        List<Checkpoint.Unsealed> unsealed = durableLengths.entrySet().stream()
                .map(entry -> new Checkpoint.Unsealed(entry.getKey(), entry.getValue()))
                .toList();
        return new Checkpoint.Machine(history.machine(), history.incarnation(), unsealed, named.state());
    }

    History loadSegments() throws IOException, DamagedException {
        files.forceDirectory(history.folder());
        loadStanding();
        TreeMap<Long, Boolean> present = new TreeMap<>();
        List<String> runs = new ArrayList<>();
        Generations generations = new Generations(history.folder());
        ArrivingSegments arriving = new ArrivingSegments(history.folder());
        for (String name : files.list(history.folder())) {
            long open = Segment.numberOf(name, false);
            long sealed = Segment.numberOf(name, true);
            if (sealed > 0) {
                present.put(sealed, true);
                generations.add(sealed, Segment.generationOf(name));
            } else if (open > 0 && durableLengths.containsKey(open)) {
                present.putIfAbsent(open, false);
            } else if (MergedFile.isName(name)) {
                runs.add(name);
            } else if (ArrivingSegments.numberOf(name).isPresent()) {
                arriving.add(name);
            } else if (open > 0 || SmallFiles.isDraft(name)) {
                files.delete(history.folder() + "/" + name);
            }
        }
        durableLengths.keySet().forEach(number -> present.putIfAbsent(number, false));
        LedgerLoader ledgers = new LedgerLoader(owner, damages, quarantine, ledgerExpected);
        history.ledger(ledgers.load(
                history.ledgerSubject(),
                present.keySet().stream().filter(present::get).toList()));
        long next = present.isEmpty() ? 1 : present.lastKey() + 1;
        arriving.finish(next, files, history.ledger()).ifPresent(arrived -> {
            present.put(next, true);
            generations.add(next, arrived.generation());
        });
        long expected = 1;
        for (long number : present.keySet()) {
            if (number != expected) {
                throw DamagedException.damaged("segment " + expected + " is missing");
            }
            expected++;
            if (broken) {
                setAside(
                        Boolean.TRUE.equals(present.get(number))
                                ? Segment.sealedPath(
                                        history.folder(), number, generations.chosen(number, history.ledger()))
                                : Segment.openPath(history.folder(), number));
            } else if (Boolean.TRUE.equals(present.get(number))) {
                segments.sealed(number, generations.chosen(number, history.ledger()));
            } else {
                loadOpen(number, durableLengths.getOrDefault(number, 0L));
            }
        }
        loadRuns(runs);
        generations.deleteOthers(files, history.ledger());
        loadPins();
        loadRetention();
        return history;
    }

    private void loadOpen(long number, long durableLength) throws IOException, DamagedException {
        String path = Segment.openPath(history.folder(), number);
        try (StoreFile file = files.open(path, OpenMode.EXISTING)) {
            Segment segment = segments.unsealed(file, number);
            long good = segments.walk(file, segment, segment.headerBytes(), durableLength);
            if (good < durableLength) {
                broken = true;
                long kept = quarantine.keep(file, path, good, file.size() - good);
                history.quarantined(kept);
                HistoryState last = history.durable();
                String reason = "a durable block in " + path + " at " + good + " did not read back";
                history.ledger().append(new LedgerEntry.SetAside(last.blockNumber() + 1, last.sequence() + 1, reason));
                damages.add(path, good, durableLength - good, "a durable block does not read back; kept aside");
            }
            cut(file, good);
            segment.writtenBytes(SegmentHeader.padded(good));
            file.force();
        }
    }

    /** Cuts what was never acknowledged, or was kept aside, and fills up to where the next block may start. */
    private static void cut(StoreFile file, long good) throws IOException {
        if (file.size() > good) {
            file.truncate(good);
        }
        long end = SegmentHeader.padded(good);
        if (end > good) {
            file.write(good, ByteBuffer.allocate((int) (end - good)));
        }
    }

    private void setAside(String path) throws IOException {
        if (files.exists(path)) {
            try (StoreFile file = files.open(path, OpenMode.READ)) {
                history.quarantined(quarantine.keep(file, path, 0, file.size()));
            }
            files.delete(path);
        }
        damages.add(path, 0, 0, "lies behind a damaged segment; kept aside");
    }

    /** Takes in a block that the intake log holds, unless a segment has it already. */
    void loadLogged(LogScan.Block block, StoreFile log) throws IOException {
        try {
            BlockHeader header = Sealer.decodeWhole(SegmentLoader.read(log, block.offset(), block.length()));
            HistoryState before = history.durable();
            if (header.blockNumber() > before.blockNumber()) {
                HistoryState after = before.after(header);
                history.recovered(header, new HeldBlock(header, after, null, block.offset()), after);
            }
        } catch (DamagedException | HoldfastException e) {
            history.quarantined(quarantine.keep(log, IntakeLog.NAME, block.offset(), block.length()));
            damages.add(
                    IntakeLog.NAME,
                    block.offset(),
                    block.length(),
                    "a batch of machine " + history.machine() + " does not follow: " + e.getMessage());
        }
    }

    private void loadStanding() throws IOException, DamagedException {
        String path = history.folder() + "/" + Layout.STANDING;
        if (files.exists(path)) {
            history.standing(Standing.decode(SmallFiles.read(files, path)));
        }
    }

    private void loadRetention() throws IOException, DamagedException {
        String path = history.folder() + "/" + Layout.RETENTION;
        RetentionState saved =
                files.exists(path) ? RetentionState.decode(SmallFiles.read(files, path)) : RetentionState.START;
        // a crash may have come between the ledger's entries and this file, or somebody has edited it
        Ledger ledger = history.ledger();
        history.retention().load(saved.retire(ledger.retired()).lockedFor(ledger.lockMillis()));
    }

    /** Merged runs are taken in when they are whole and of the segments that are there; others are of no use and are deleted. */
    private void loadRuns(List<String> names) throws IOException {
        for (String name : names) {
            String path = history.folder() + "/" + name;
            MergedFile.Range range = MergedFile.range(name);
            try (StoreFile file = files.open(path, OpenMode.READ)) {
                RunSummary summary = MergedRun.readSummary(file);
                Optional<Segment> last = history.segment(range.last()).filter(Segment::isSealed);
                if (summary.first() != range.first()
                        || summary.last() != range.last()
                        || !summary.machine().equals(history.machine())
                        || last.isEmpty()
                        || !last.get().chain().equals(summary.chain())) {
                    throw DamagedException.damaged("is a run of other segments than those that are there");
                }
                history.runs().add(new MergedFile(history.folder(), range.first(), range.last(), file.size()));
            } catch (DamagedException | UnreadableException _) {
                files.delete(path);
            }
        }
    }

    private void loadPins() throws IOException, DamagedException {
        String path = history.folder() + "/" + Layout.PINS;
        if (files.exists(path)) {
            PinList list = PinList.decode(SmallFiles.read(files, path));
            history.pins(list.pins(), list.nextId());
        } else {
            history.pins(List.of(), 1);
        }
    }
}
