package io.holdfast.journal.internal.verify;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.Damage;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.VerifiedMachine;
import io.holdfast.journal.VerifyReport;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.IntakeGroup;
import io.holdfast.journal.internal.format.StoreIdentity;
import io.holdfast.journal.internal.store.Damages;
import io.holdfast.journal.internal.store.IntakeLog;
import io.holdfast.journal.internal.store.Layout;
import io.holdfast.journal.internal.store.LogScan;
import io.holdfast.journal.internal.store.ScrubPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks a whole store: its root first, then the intake log, then one machine after the other. Changes nothing. */
public final class StoreCheck {

    private static final int ROOT_BYTES_MAX = 1 << 30;

    private final StoreFiles files;
    private final Function<MachineId, Optional<MachineKeys>> keys;
    private final List<Anchor> anchors;
    private final long utcMillis;
    private final Findings findings = new Findings();
    private final Map<MachineId, HistoryCheck> histories = new LinkedHashMap<>();
    private @Nullable StoreIdentity identity;
    private @Nullable Checkpoint checkpoint;

    /**
     * Prepares.
     *
     * @param files where the store lies; nobody changes it meanwhile
     * @param keys gives a machine's keys, when there are any
     * @param anchors made earlier, that the store is compared with
     * @param utcMillis for the anchor of what is found, a label
     */
    public StoreCheck(
            StoreFiles files, Function<MachineId, Optional<MachineKeys>> keys, List<Anchor> anchors, long utcMillis) {
        this.files = files;
        this.keys = keys;
        this.anchors = List.copyOf(anchors);
        this.utcMillis = utcMillis;
    }

    /** What is done with a store while nobody else has it open. */
    public interface Work<T> {

        /**
         * Does it.
         *
         * @return what it gives
         * @throws IOException when the medium fails
         */
        T run() throws IOException;
    }

    /**
     * Does something with a store that no process has open for writing. Nothing is made for that: a copy without a lock file is nobody's.
     *
     * @param <T> what it gives
     * @param files where the store lies
     * @param work what is done
     * @return what it gave
     * @throws HoldfastException with {@link ErrorCode#DATA_FOLDER_IN_USE} or {@link ErrorCode#DISK_ERROR}
     */
    public static <T> T alone(StoreFiles files, Work<T> work) {
        try (AutoCloseable _ = files.lockForReading(Layout.LOCK)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.DATA_FOLDER_IN_USE, Layout.nameOf(files), "another process has it open"))) {
            return work.run();
        } catch (HoldfastException e) {
            throw e;
        } catch (Exception e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, Layout.nameOf(files), "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads everything.
     *
     * @return what was found
     * @throws IOException when the medium fails
     */
    public VerifyReport run() throws IOException {
        checkIdentity();
        checkCheckpoint();
        checkScrub();
        new KeyFilesCheck(files, findings).run();
        Checkpoint root = checkpoint;
        List<VerifiedMachine> machines = new ArrayList<>();
        if (root != null) {
            UUID storeId = root.storeId();
            for (Checkpoint.Machine machine : root.machines()) {
                HistoryCheck history = new HistoryCheck(files, findings, storeId, machine, keys.apply(machine.id()));
                if (!isDestroyed(history)) {
                    histories.put(machine.id(), history);
                }
            }
            checkAnchors(root);
            checkLog(root);
            checkNames();
            for (HistoryCheck history : histories.values()) {
                machines.add(history.run(root.ledgers()));
            }
        }
        StoreIdentity known = identity;
        Optional<UUID> storeId = known != null
                ? Optional.of(known.storeId())
                : Optional.ofNullable(root).map(Checkpoint::storeId);
        VerifyReport report = new VerifyReport(
                storeId, findings.bytesRead(), findings.all(), findings.more(), machines, Optional.empty());
        return report.intact() && storeId.isPresent() ? report.with(anchor(storeId.get())) : report;
    }

    /** A destruction is for good once the folder has its other name, though a checkpoint may name the history still. */
    private boolean isDestroyed(HistoryCheck history) {
        return !files.exists(history.folder()) && files.exists(history.folder() + Layout.GONE);
    }

    private Anchor anchor(UUID storeId) {
        List<AnchorHead> heads = histories.values().stream()
                .flatMap(history -> history.head().stream())
                .toList();
        return new Anchor(storeId, utcMillis, heads);
    }

    private void checkAnchors(Checkpoint root) {
        for (Anchor anchor : anchors) {
            if (!anchor.storeId().equals(root.storeId())) {
                findings.damage(
                        Layout.IDENTITY,
                        0,
                        0,
                        "is store " + root.storeId() + "; the anchor is one of store " + anchor.storeId());
                continue;
            }
            for (AnchorHead seen : anchor.heads()) {
                HistoryCheck history = histories.get(seen.machine());
                if (history == null) {
                    findings.damage(
                            Layout.MACHINES,
                            0,
                            0,
                            "has no history of machine " + seen.machine() + "; the anchor has seen one");
                } else {
                    history.anchored(seen);
                }
            }
        }
    }

    private void checkIdentity() throws IOException {
        try (CheckedFile file = new CheckedFile(files, Layout.IDENTITY, findings)) {
            compare(
                    file,
                    bytes -> {
                        identity = StoreIdentity.decode(bytes);
                        return identity.encode();
                    },
                    ROOT_BYTES_MAX);
        } catch (NoSuchFileException _) {
            findings.damage(Layout.IDENTITY, 0, 0, "is missing; without it this is no store");
        }
    }

    private void checkCheckpoint() throws IOException {
        try (CheckedFile file = new CheckedFile(files, Layout.CHECKPOINT, findings)) {
            compare(
                    file,
                    bytes -> {
                        checkpoint = Checkpoint.decode(bytes);
                        return checkpoint.encode();
                    },
                    ROOT_BYTES_MAX);
        } catch (NoSuchFileException _) {
            findings.damage(Layout.CHECKPOINT, 0, 0, "is missing; without it no machine can be found");
        }
        Checkpoint found = checkpoint;
        StoreIdentity known = identity;
        if (found != null && known != null && !found.storeId().equals(known.storeId())) {
            findings.damage(
                    Layout.CHECKPOINT,
                    0,
                    0,
                    "belongs to store " + found.storeId() + "; this is store " + known.storeId());
        }
    }

    private void checkScrub() throws IOException {
        if (files.exists(Layout.SCRUB)) {
            try (CheckedFile file = new CheckedFile(files, Layout.SCRUB, findings)) {
                compare(file, bytes -> ScrubPosition.decode(bytes).encode(), ROOT_BYTES_MAX);
            }
        }
    }

    /** Decodes a small file, and names the first byte in which it differs from what it should be. */
    static void compare(CheckedFile file, HistoryCheck.Small decoder, int bytesMax) throws IOException {
        try {
            if (file.size() > bytesMax) {
                throw DamagedException.damaged("has " + file.size() + " bytes; expected at most " + bytesMax);
            }
            ByteBuffer bytes = file.read(0, (int) file.size());
            byte[] right = decoder.decodeAndEncode(bytes);
            int bad = Arrays.mismatch(bytes.array(), right);
            if (bad >= 0) {
                file.findings().damage(file.path(), bad, 1, "this byte is not what the rest of the file says");
            }
        } catch (DamagedException e) {
            file.findings().damage(file.path(), 0, file.size(), String.valueOf(e.getMessage()));
        }
    }

    private void checkLog(Checkpoint root) throws IOException {
        StoreIdentity known = identity;
        try (CheckedFile file = new CheckedFile(files, IntakeLog.NAME, findings)) {
            if (known != null && file.size() != known.intakeBytes()) {
                long at = Math.min(file.size(), known.intakeBytes());
                findings.damage(
                        IntakeLog.NAME, at, 0, "has " + file.size() + " bytes; expected " + known.intakeBytes());
            }
            Damages damages = new Damages();
            LogScan scan = new LogScan(file.raw(), root.storeId(), root, damages);
            scan.run();
            for (Damage damage : damages.all()) {
                findings.damage(IntakeLog.NAME, damage.offset(), damage.length(), damage.detail());
            }
            checkPadding(file, root, scan.committedEnd());
            checkMoment(root, scan);
            takeIn(scan);
        } catch (DamagedException e) {
            findings.damage(IntakeLog.NAME, 0, 0, String.valueOf(e.getMessage()));
        } catch (UnreadableException e) {
            findings.damage(IntakeLog.NAME, e.position(), 1, String.valueOf(e.getMessage()));
        } catch (NoSuchFileException _) {
            findings.damage(IntakeLog.NAME, 0, 0, "is missing: what was acknowledged last may be lost with it");
        }
    }

    /** Between groups there is nothing but zeroes, as far as they were acknowledged; behind that a group may be whole and its padding torn. */
    private void checkPadding(CheckedFile file, Checkpoint root, long end) throws IOException, DamagedException {
        long at = IntakeLog.FIRST_GROUP_OFFSET;
        while (at < end) {
            int length;
            try {
                ByteBuffer head = file.read(at, IntakeGroup.HEAD_BYTES);
                length = IntakeGroup.length(head, root.generation(), end - at);
            } catch (DamagedException _) {
                at += IntakeGroup.ALIGNMENT_BYTES;
                continue;
            }
            long next = at + IntakeGroup.padded(length);
            long bad = file.firstNotZero(at + length, Math.min(next, file.size()));
            if (bad >= 0) {
                findings.damage(IntakeLog.NAME, bad, 1, "a byte between groups is not zero");
            }
            at = next;
        }
    }

    /** Checkpoint and slot of one moment differ by one generation at most. */
    private void checkMoment(Checkpoint root, LogScan scan) {
        long ahead = root.generation() - scan.slotGeneration();
        if (ahead < 0 || ahead > 1) {
            findings.damage(
                    Layout.CHECKPOINT,
                    0,
                    0,
                    "is of generation " + root.generation() + ", the commit slot of " + scan.slotGeneration()
                            + ": the store was copied while it was in use, or a part of it set back");
        }
    }

    private void takeIn(LogScan scan) {
        for (IntakeGroup.Segment segment : scan.segments()) {
            HistoryCheck history = histories.get(segment.machine());
            if (history != null && history.isOf(segment.incarnation())) {
                history.extend(segment.number(), segment.durableLength());
            }
        }
        for (LogScan.Block block : scan.blocks()) {
            HistoryCheck history = histories.get(block.machine());
            if (history != null && history.isOf(block.incarnation())) {
                history.logged(block);
            }
        }
    }

    /** Names that the checkpoint does not account for. */
    private void checkNames() throws IOException {
        if (!files.exists(Layout.MACHINES)) {
            findings.damage(Layout.MACHINES, 0, 0, "is missing");
            return;
        }
        List<String> known =
                histories.values().stream().map(HistoryCheck::folder).toList();
        for (String name : files.list(Layout.MACHINES)) {
            String path = Layout.MACHINES + "/" + name;
            if (name.endsWith(Layout.GONE)) {
                findings.note(path, "is a destroyed history that is being deleted");
            } else if (!known.contains(path)) {
                boolean hasSegments =
                        files.list(path).stream().anyMatch(file -> file.endsWith(".seg") || file.endsWith(".open"));
                if (hasSegments) {
                    findings.damage(path, 0, 0, "is a machine's folder that the checkpoint does not name");
                } else {
                    findings.note(path, "was begun and never acknowledged");
                }
            }
        }
        if (files.exists(Layout.QUARANTINE)) {
            for (String name : files.list(Layout.QUARANTINE)) {
                findings.note(Layout.QUARANTINE + "/" + name, "was kept aside as damaged earlier");
            }
        }
    }
}
