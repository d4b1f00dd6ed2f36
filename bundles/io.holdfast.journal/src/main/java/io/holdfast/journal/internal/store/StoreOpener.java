package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.ResidentKeys;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.ReadOnlyMediumException;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.IntakeGroup;
import io.holdfast.journal.internal.format.StoreIdentity;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.overlay.OverlayFiles;
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.room.IntakeGate;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Opens a store, or makes one, and puts in order what a crash has left. */
public final class StoreOpener {

    private final StoreFiles files;
    private final StoreSettings settings;
    private final TimeSource time;
    private final Optional<LedgerSigner> signer;
    private final ResidentKeys keys;
    private final Damages damages = new Damages();

    /** Folders of destroyed histories that the checkpoint still names: their mark has to stay until it does not. */
    private final List<String> destroyed = new ArrayList<>();

    private StoreOpener(
            StoreFiles files,
            StoreSettings settings,
            TimeSource time,
            Optional<LedgerSigner> signer,
            ResidentKeys keys) {
        this.files = files;
        this.settings = settings;
        this.time = time;
        this.signer = signer;
        this.keys = keys;
    }

    /**
     * Opens a store.
     *
     * @param files where it lies
     * @param settings its bounds
     * @param time its clock, for labels
     * @param signer signs its ledgers, when there is one
     * @param keys which it may use by itself
     * @return the open store
     */
    public static RecoveryStore open(
            StoreFiles files,
            StoreSettings settings,
            TimeSource time,
            Optional<LedgerSigner> signer,
            ResidentKeys keys) {
        return new StoreOpener(files, settings, time, signer, keys).open();
    }

    /**
     * Opens a store that is there for reading alone. Nothing on its medium changes.
     *
     * @param medium where it lies
     * @param settings its bounds
     * @param time its clock, for labels
     * @return the open store; it refuses every change
     */
    public static RecoveryStore openReading(StoreFiles medium, StoreSettings settings, TimeSource time) {
        if (!medium.exists(Layout.IDENTITY)) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, Layout.nameOf(medium), "is not there");
        }
        return open(new OverlayFiles(medium), settings, time, Optional.empty(), ResidentKeys.NONE);
    }

    private RecoveryStore open() {
        String name = Layout.nameOf(files);
        try {
            if (!files.exists(Layout.IDENTITY)) {
                requireNothingElse();
            }
            AutoCloseable lock = files.lock(Layout.LOCK)
                    .orElseThrow(() ->
                            new HoldfastException(ErrorCode.DATA_FOLDER_IN_USE, name, "another process has it open"));
            boolean opened = false;
            try {
                RecoveryStore store = openLocked(lock);
                opened = true;
                return store;
            } finally {
                if (!opened) {
                    lock.close();
                }
            }
        } catch (HoldfastException e) {
            throw e;
        } catch (DiskFullException e) {
            throw new HoldfastException(ErrorCode.DISK_FULL, name, "has no room: " + e.getMessage(), e);
        } catch (ReadOnlyMediumException e) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_READ_ONLY,
                    name,
                    "cannot be written (" + e.getMessage()
                            + "); expected a medium that this process may write, or a copy of the folder on one",
                    e);
        } catch (NoSuchFileException e) {
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED,
                    name,
                    "lacks " + e.getMessage() + "; expected every file that the store had: was it copied whole?",
                    e);
        } catch (DamagedException e) {
            ErrorCode code = e.kind() == DamagedException.Kind.NEWER_VERSION
                    ? ErrorCode.DATA_FOLDER_NEWER
                    : ErrorCode.STORE_DAMAGED;
            throw new HoldfastException(code, name, e.getMessage(), e);
        } catch (Exception e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, name, "cannot be opened: " + e.getMessage(), e);
        }
    }

    private RecoveryStore openLocked(AutoCloseable lock) throws IOException, DamagedException {
        if (!files.exists(Layout.IDENTITY)) {
            make();
        }
        // An earlier process may have ended between a change of names and its force: what is taken for the present here
        // has to stay so.
        files.forceDirectory("");
        StoreIdentity identity = StoreIdentity.decode(SmallFiles.read(files, Layout.IDENTITY));
        Checkpoint checkpoint = Checkpoint.decode(SmallFiles.read(files, Layout.CHECKPOINT));
        if (!checkpoint.storeId().equals(identity.storeId())) {
            throw DamagedException.damaged("its checkpoint belongs to store " + checkpoint.storeId());
        }
        StoreFile logFile = files.open(IntakeLog.NAME, OpenMode.EXISTING);
        try {
            return recover(lock, identity, checkpoint, logFile);
        } catch (IOException | DamagedException | RuntimeException e) {
            logFile.close();
            throw e;
        }
    }

    /** Makes a new store. Its identity comes last: without it, what is there is an unfinished store, if it has our names only. */
    private void make() throws IOException, DamagedException {
        requireNothingElse();
        StoreIdentity identity = new StoreIdentity(files.newIdentity(), time.utcMillis(), settings.intakeBytes());
        files.createDirectory(Layout.MACHINES);
        files.createDirectory(Layout.QUARANTINE);
        IntakeLog.create(files, settings.intakeBytes());
        Checkpoint empty = new Checkpoint(identity.storeId(), 1, 1, 0, 0, 1, List.of(), true);
        SmallFiles.replace(files, "", Layout.CHECKPOINT, empty.encode());
        SmallFiles.replace(files, "", Layout.IDENTITY, identity.encode());
    }

    private void requireNothingElse() throws IOException, DamagedException {
        Set<String> ours = Set.of(
                Layout.IDENTITY,
                Layout.LOCK,
                Layout.KEYS,
                Layout.CHECKPOINT,
                Layout.MACHINES,
                Layout.QUARANTINE,
                IntakeLog.NAME);
        for (String name : files.list("")) {
            if (!ours.contains(name) && !SmallFiles.isDraft(name)) {
                throw DamagedException.damaged(
                        "the directory holds '" + name + "' and no store; expected a store or nothing");
            }
        }
        if (files.exists(Layout.MACHINES) && !files.list(Layout.MACHINES).isEmpty()) {
            throw DamagedException.damaged("the directory holds machines and no identity of a store");
        }
    }

    private RecoveryStore recover(AutoCloseable lock, StoreIdentity identity, Checkpoint checkpoint, StoreFile logFile)
            throws IOException, DamagedException {
        if (logFile.size() != identity.intakeBytes()) {
            throw DamagedException.damaged(
                    "its intake log has " + logFile.size() + " bytes; expected " + identity.intakeBytes());
        }
        LogScan scan = new LogScan(logFile, identity.storeId(), checkpoint, damages);
        scan.run();
        requireSameMoment(checkpoint, scan);
        Map<MachineId, String> broken = new TreeMap<>();
        List<Checkpoint.Machine> stillNamed = new ArrayList<>();
        Map<MachineId, History> histories = loadHistories(identity, checkpoint, scan, logFile, broken, stillNamed);
        IntakeLog log = new IntakeLog(logFile, identity.storeId(), identity.intakeBytes());
        log.resume(checkpoint, scan);
        Caches caches = new Caches(settings);
        StoreContext context = new StoreContext(
                files,
                settings,
                time,
                identity,
                log,
                new WriteBuffer(),
                caches,
                new SegmentLeases(files, caches),
                damages,
                ledgerOwner(identity),
                new IntakeGate(files, settings.reserve()),
                keys,
                new ColdBudget());
        Writer writer = new Writer(context, checkpoint.number(), checkpoint.nextIncarnation(), checkpoint.ledgers());
        histories.values().forEach(writer::add);
        writer.keepBroken(stillNamed);
        if (files.changesLast() && emptyLog(writer)) {
            for (String folder : destroyed) {
                Writer.deleteFolder(files, folder);
            }
        }
        Store store = new Store(context, lock, writer, broken);
        histories.values().forEach(store::add);
        return store;
    }

    private Ledger.Owner ledgerOwner(StoreIdentity identity) {
        return new Ledger.Owner(files, identity.storeId(), signer, time);
    }

    /** On a full medium the log is left as it is: points can be read all the same. Returns whether it was emptied, and so the checkpoint written. */
    private static boolean emptyLog(Writer writer) throws IOException {
        try {
            writer.restartLog();
            return true;
        } catch (DiskFullException _) {
            // tried again by the first commit or maintenance step that finds room
            return false;
        }
    }

    /** Checkpoint and slot of one moment differ by one generation at most; others were copied at different times. */
    private void requireSameMoment(Checkpoint checkpoint, LogScan scan) {
        long ahead = checkpoint.generation() - scan.slotGeneration();
        if (ahead < 0 || ahead > 1) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_COPIED,
                    Layout.nameOf(files),
                    "its checkpoint is of generation " + checkpoint.generation() + ", its commit slot of "
                            + scan.slotGeneration() + "; it was copied while it was in use");
        }
    }

    private Map<MachineId, History> loadHistories(
            StoreIdentity identity,
            Checkpoint checkpoint,
            LogScan scan,
            StoreFile logFile,
            Map<MachineId, String> broken,
            List<Checkpoint.Machine> stillNamed)
            throws IOException {
        Quarantine quarantine = new Quarantine(files);
        files.forceDirectory(Layout.MACHINES);
        Set<String> folders = new HashSet<>(files.list(Layout.MACHINES));
        Map<MachineId, HistoryLoader> loaders = new LinkedHashMap<>();
        Map<MachineId, Long> incarnations = new LinkedHashMap<>();
        for (Checkpoint.Machine machine : checkpoint.machines()) {
            String folder = folderName(machine);
            if (folders.remove(folder + Layout.GONE)) {
                destroyed.add(Layout.MACHINES + "/" + folder + Layout.GONE);
            } else {
                loaders.put(
                        machine.id(),
                        new HistoryLoader(ledgerOwner(identity), damages, quarantine, machine, checkpoint.ledgers()));
                incarnations.put(machine.id(), machine.incarnation());
            }
            folders.remove(folder);
        }
        removeOrphans(folders);
        for (IntakeGroup.Segment entry : scan.segments()) {
            HistoryLoader loader = loaders.get(entry.machine());
            if (loader != null && incarnations.get(entry.machine()) == entry.incarnation()) {
                loader.extend(entry);
            }
        }
        Map<MachineId, History> histories = new LinkedHashMap<>();
        for (Map.Entry<MachineId, HistoryLoader> entry : loaders.entrySet()) {
            try {
                histories.put(entry.getKey(), entry.getValue().loadSegments());
            } catch (DamagedException | NoSuchFileException e) {
                String detail = e.getMessage() + (e instanceof NoSuchFileException ? " is missing" : "");
                damages.add(Layout.MACHINES + "/" + entry.getKey(), 0, 0, detail);
                broken.put(entry.getKey(), detail);
                stillNamed.add(entry.getValue().asNamed());
            }
        }
        for (LogScan.Block block : scan.blocks()) {
            HistoryLoader loader = loaders.get(block.machine());
            if (loader == null || incarnations.get(block.machine()) != block.incarnation()) {
                continue;
            }
            if (broken.containsKey(block.machine())) {
                quarantine.keep(logFile, IntakeLog.NAME, block.offset(), block.length());
            } else {
                loader.loadLogged(block, logFile);
            }
        }
        return histories;
    }

    private static String folderName(Checkpoint.Machine machine) {
        return History.folderOf(machine.id(), machine.incarnation()).substring(Layout.MACHINES.length() + 1);
    }

    /** Folders that no checkpoint names: begun and never acknowledged, or destroyed. One with segments and without that mark is left alone. */
    private void removeOrphans(Set<String> folders) throws IOException {
        for (String folder : folders) {
            String path = Layout.MACHINES + "/" + folder;
            boolean hasSegments = files.list(path).stream()
                    .anyMatch(name -> Segment.numberOf(name, true) > 0 || Segment.numberOf(name, false) > 0);
            if (folder.endsWith(Layout.GONE) || !hasSegments) {
                Writer.deleteFolder(files, path);
            } else {
                damages.add(path, 0, 0, "is a machine's folder that the checkpoint does not name; left alone");
            }
        }
        files.forceDirectory(Layout.MACHINES);
    }
}
