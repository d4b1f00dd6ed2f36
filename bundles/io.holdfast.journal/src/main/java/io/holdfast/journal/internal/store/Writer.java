package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.IntakeGroup;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that changes the files of an open store; one thread at a time. The order of a commit: full batches into their segments, segments
 * forced, group into the intake log, log forced, commit slot, log forced; only then does anybody see the batches.
 */
final class Writer {

    private final StoreContext context;
    private final IntakeLog log;
    private final TreeMap<MachineId, History> histories = new TreeMap<>();
    private final List<Checkpoint.Machine> broken = new ArrayList<>();
    private long checkpointNumber;
    private long nextIncarnation;
    private boolean ledgers;
    private final List<Chore> chores;

    Writer(StoreContext context, long checkpointNumber, long nextIncarnation, boolean ledgers) {
        this.context = context;
        this.log = context.log();
        this.checkpointNumber = checkpointNumber;
        this.nextIncarnation = nextIncarnation;
        this.ledgers = ledgers;
        this.chores = List.of(
                new DrainChore(this),
                new LogRestartChore(this, context),
                new SealChore(this, context),
                new RetentionChore(this, context),
                new MergeChore(this, context),
                new CleaningChore(this, context),
                new ScrubChore(this, context));
    }

    /** Machines whose history could not be opened stay named in checkpoints as they were. */
    void keepBroken(List<Checkpoint.Machine> machines) {
        broken.addAll(machines);
    }

    void add(History history) {
        histories.put(history.machine(), history);
    }

    Collection<History> histories() {
        return histories.values();
    }

    // ---- commit

    /**
     * Makes waiting blocks durable. When this fails nothing of them is visible. A medium without room can be tried again; once the group may have reached
     * the log, any other failure is final: it cannot be known whether the next opening of the store finds the group.
     */
    void commit(Map<History, List<HeldBlock>> waiting) throws IOException {
        Map<History, SegmentAppender> straight = new LinkedHashMap<>();
        List<History> inLog = choosePaths(waiting, straight);
        writeStraight(waiting, straight);
        List<IntakeGroup.Entry> entries = new ArrayList<>();
        straight.forEach((history, appender) -> addSegmentEntries(entries, history, appender));
        int segmentEntries = entries.size();
        inLog.forEach(history -> addBlockEntries(entries, history, waiting.getOrDefault(history, List.of())));
        List<Long> offsets = commitGroup(entries, straight);
        publish(waiting, straight, inLog, offsets.subList(segmentEntries, offsets.size()));
    }

    private List<Long> commitGroup(List<IntakeGroup.Entry> entries, Map<History, SegmentAppender> straight)
            throws IOException {
        try {
            return log.commit(entries);
        } catch (DiskFullException e) {
            straight.values().forEach(SegmentAppender::abandon);
            throw e;
        }
    }

    private static void writeStraight(Map<History, List<HeldBlock>> waiting, Map<History, SegmentAppender> straight)
            throws IOException {
        try {
            for (Map.Entry<History, SegmentAppender> entry : straight.entrySet()) {
                entry.getValue().stage(entry.getKey().logged());
                entry.getValue().stage(waiting.getOrDefault(entry.getKey(), List.of()));
            }
        } catch (IOException e) {
            straight.values().forEach(SegmentAppender::abandon);
            throw e;
        }
        for (SegmentAppender appender : straight.values()) {
            appender.force();
        }
    }

    /** Decides for each machine whether its blocks go to its segment at once; returns those that go through the log. */
    private List<History> choosePaths(Map<History, List<HeldBlock>> waiting, Map<History, SegmentAppender> straight)
            throws IOException {
        List<History> inLog = new ArrayList<>();
        long logBytes = IntakeGroup.HEAD_BYTES;
        for (Map.Entry<History, List<HeldBlock>> entry : waiting.entrySet()) {
            long bytes = entry.getValue().stream().mapToLong(HeldBlock::length).sum();
            if (bytes < context.settings().straightBytesMin()) {
                inLog.add(entry.getKey());
                logBytes += bytes + (long) entry.getValue().size() * IntakeGroup.ENTRY_HEAD_BYTES;
            }
        }
        long segmentEntries = 0;
        for (Map.Entry<History, List<HeldBlock>> entry : waiting.entrySet()) {
            segmentEntries += segmentEntriesMost(entry.getKey(), entry.getValue()) * IntakeGroup.SEGMENT_ENTRY_BYTES;
        }
        if (IntakeGroup.padded(logBytes + segmentEntries) > log.capacity()) {
            inLog.clear();
            logBytes = IntakeGroup.HEAD_BYTES;
        }
        if (IntakeGroup.padded(logBytes + segmentEntries) > log.room()) {
            restartLog();
        }
        for (History history : waiting.keySet()) {
            if (!inLog.contains(history)) {
                straight.put(history, context.appenderFor(history));
            }
        }
        return inLog;
    }

    /** How many segments of a machine a commit can touch: those without an index, and those that its blocks begin. */
    private long segmentEntriesMost(History history, List<HeldBlock> waiting) {
        LoggedBlocks.Amount all = history.loggedAmount();
        for (HeldBlock block : waiting) {
            all = all.plus(block);
        }
        return history.unsealed().size()
                + 3
                + all.blocks() / SegmentAppender.BLOCKS_MAX
                + all.epochs()
                + all.plaintextBytes() / context.settings().segmentPlaintextBytesMax()
                + all.extents() / SegmentAppender.EXTENTS_MAX
                + all.noteBytes() / SegmentAppender.NOTE_BYTES_MAX;
    }

    private static void addSegmentEntries(List<IntakeGroup.Entry> entries, History history, SegmentAppender appender) {
        for (SegmentAppender.Extension extension : appender.extensions()) {
            entries.add(new IntakeGroup.Segment(
                    history.machine(),
                    history.incarnation(),
                    extension.segment().number(),
                    extension.writtenBytes(),
                    extension.lastBlockNumber()));
        }
    }

    private static void addBlockEntries(List<IntakeGroup.Entry> entries, History history, List<HeldBlock> blocks) {
        for (HeldBlock block : blocks) {
            ByteBuffer bytes = block.bytes();
            if (bytes == null) {
                throw new IllegalStateException("a waiting block has its bytes");
            }
            entries.add(new IntakeGroup.Block(history.machine(), history.incarnation(), bytes.duplicate()));
        }
    }

    private static void publish(
            Map<History, List<HeldBlock>> waiting,
            Map<History, SegmentAppender> straight,
            List<History> inLog,
            List<Long> offsets) {
        straight.forEach((history, appender) -> {
            appender.apply(true);
            history.committed(waiting.getOrDefault(history, List.of()), List.of());
        });
        int next = 0;
        for (History history : inLog) {
            List<HeldBlock> logged = new ArrayList<>();
            for (HeldBlock block : waiting.getOrDefault(history, List.of())) {
                logged.add(block.logged(offsets.get(next)));
                next++;
            }
            history.committed(waiting.getOrDefault(history, List.of()), logged);
        }
    }

    // ---- moving out of the log

    /** Moves what lies in the log alone to the machine's segments. */
    void drain(History history) throws IOException {
        List<HeldBlock> logged = history.logged();
        if (logged.isEmpty()) {
            return;
        }
        SegmentAppender appender = context.appenderFor(history);
        try {
            appender.stage(logged);
        } catch (IOException e) {
            appender.abandon();
            throw e;
        }
        appender.apply(false);
    }

    /** Moves everything out of the log and starts it over. */
    void restartLog() throws IOException {
        log.requireSlot();
        for (History history : histories()) {
            drain(history);
        }
        checkpoint(log.generation() + 1, log.groupNumber(), log.groupCrc());
        log.restart();
    }

    private void forceSegments() throws IOException {
        List<StoreFile> files = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        for (History history : histories()) {
            int before = files.size();
            for (Segment segment : history.unsealed()) {
                StoreFile file = segment.file();
                if (segment.isDirty() && file != null) {
                    files.add(file);
                }
            }
            if (files.size() > before) {
                folders.add(history.folder());
            }
        }
        context.files().forceAll(files, folders);
    }

    /** Writes the checkpoint as of now, for a log whose generation is replayed from its start. */
    void checkpointNow() throws IOException {
        checkpoint(log.generation(), log.baseGroupNumber(), log.baseGroupCrc());
    }

    private void checkpoint(long generation, long groupNumber, int groupCrc) throws IOException {
        forceSegments();
        List<Checkpoint.Machine> machines = new ArrayList<>(broken);
        for (History history : histories()) {
            List<Checkpoint.Unsealed> unsealed = history.unsealed().stream()
                    .map(segment -> new Checkpoint.Unsealed(segment.number(), segment.writtenBytes()))
                    .toList();
            machines.add(
                    new Checkpoint.Machine(history.machine(), history.incarnation(), unsealed, history.writtenState()));
        }
        Checkpoint checkpoint = new Checkpoint(
                context.identity().storeId(),
                checkpointNumber + 1,
                generation,
                groupNumber,
                groupCrc,
                nextIncarnation,
                machines,
                ledgers || broken.isEmpty() && histories.values().stream().noneMatch(History::lacksLedger));
        SmallFiles.replace(context.files(), "", Layout.CHECKPOINT, checkpoint.encode());
        checkpointNumber++;
        ledgers = checkpoint.ledgers();
        histories().forEach(history -> history.unsealed().forEach(segment -> segment.dirty(false)));
    }

    // ---- maintenance

    /** Does one step of the first chore that has something to do; returns whether there may be more to do. */
    boolean maintain() throws IOException {
        for (Chore chore : chores) {
            if (chore.step()) {
                return true;
            }
        }
        return false;
    }

    // ---- machines

    /** Starts a history: its folder first, then the checkpoint that names it. */
    History create(MachineId machine, Standing standing) throws IOException {
        History history = new History(machine, nextIncarnation);
        history.ledger(Ledger.begin(context.ledgers(), history.ledgerSubject(), LedgerEntry.Beginning.NEW_HISTORY, 0));
        history.standing(standing);
        context.files().createDirectory(history.folder());
        context.files().forceDirectory(Layout.MACHINES);
        if (!standing.equals(Standing.OWN)) {
            SmallFiles.replace(context.files(), history.folder(), Layout.STANDING, standing.encode());
        }
        nextIncarnation++;
        histories.put(machine, history);
        try {
            checkpointNow();
        } catch (IOException e) {
            histories.remove(machine);
            throw e;
        }
        return history;
    }

    /** Removes a history: it is gone once its folder has its new name; the rest can be done later. */
    void destroy(History history) throws IOException {
        for (Chore chore : chores) {
            chore.forget(history);
        }
        histories.remove(history.machine());
        closeFiles(history);
        String gone = history.folder() + Layout.GONE;
        context.files().rename(history.folder(), gone);
        context.files().forceDirectory(Layout.MACHINES);
        checkpointNow();
        deleteFolder(context.files(), gone);
    }

    static void deleteFolder(StoreFiles files, String folder) throws IOException {
        for (String name : files.list(folder)) {
            files.delete(folder + "/" + name);
        }
        files.delete(folder);
    }

    private void closeFiles(History history) throws IOException {
        for (Segment segment : history.unsealed()) {
            StoreFile file = segment.file();
            if (file != null) {
                file.close();
                segment.file(null);
            }
        }
        context.leases().forget(history);
    }

    void close() throws IOException {
        for (History history : histories()) {
            closeFiles(history);
        }
        log.close();
    }
}
