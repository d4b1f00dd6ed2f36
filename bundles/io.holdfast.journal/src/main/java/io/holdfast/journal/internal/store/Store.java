package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.Damage;
import io.holdfast.journal.Durable;
import io.holdfast.journal.HistoryTransfer;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreRoom;
import io.holdfast.journal.TransferOrder;
import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.UnreachableException;
import io.holdfast.journal.internal.copy.TransferRun;
import io.holdfast.journal.internal.format.Standing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An open recovery store. The writer's lock is held through whatever changes files; readers and appenders do not take it. */
public final class Store implements RecoveryStore {

    private static final String PLACE = "place of sealed segments";

    private final StoreContext context;
    private final AutoCloseable folderLock;
    private final ReentrantLock writerLock = new ReentrantLock();
    private final Writer writer;
    private final Map<MachineId, StoredHistory> histories = new TreeMap<>();
    private final Map<MachineId, String> broken = new TreeMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile @Nullable Exception failure;
    private volatile boolean closed;

    Store(StoreContext context, AutoCloseable folderLock, Writer writer, Map<MachineId, String> broken) {
        this.context = context;
        this.folderLock = folderLock;
        this.writer = writer;
        this.broken.putAll(broken);
    }

    StoredHistory add(History history) {
        StoredHistory stored = new StoredHistory(this, context, history);
        synchronized (histories) {
            histories.put(history.machine(), stored);
        }
        return stored;
    }

    /** A change of files. */
    interface Change<T> {

        T run(Writer writer) throws IOException;
    }

    /**
     * Runs a change alone; what goes wrong becomes a named error, and after a failing medium nothing is written any more. Another place that does not
     * answer is no failing medium: nothing is written there by a change.
     */
    <T> T change(Change<T> change) {
        requireLasting();
        return arrange(change);
    }

    /** The same for what moves durable blocks and changes nothing of the histories; a store that is only read does it in memory. */
    <T> T arrange(Change<T> change) {
        writerLock.lock();
        try {
            requireWorking();
            return change.run(writer);
        } catch (DiskFullException e) {
            throw new HoldfastException(ErrorCode.DISK_FULL, "recovery store", "has no room: " + e.getMessage(), e);
        } catch (UnreachableException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, PLACE, "cannot be reached: " + e.getMessage(), e);
        } catch (IOException e) {
            failure = e;
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "recovery store", "takes no more writes: " + e.getMessage(), e);
        } catch (HoldfastException e) {
            throw e;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            writerLock.unlock();
        }
    }

    /** Requires that changes are taken. */
    void requireWritable() {
        requireLasting();
        requireWorking();
    }

    private void requireLasting() {
        if (!context.files().changesLast()) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_READ_ONLY,
                    Layout.nameOf(context.files()),
                    "was opened for reading alone; expected nothing that would change it");
        }
    }

    private void requireWorking() {
        if (closed) {
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "recovery store", "is closed");
        }
        Exception reason = failure;
        if (reason != null) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR,
                    "recovery store",
                    "has stopped taking writes after a failure; open it again: " + reason.getMessage(),
                    reason);
        }
    }

    /** Reserves room for a batch that is to wait. */
    void reserve(int bytes) {
        long most = context.settings().pendingBytesMax();
        if (waitingBytes.addAndGet(bytes) > most) {
            waitingBytes.addAndGet(-bytes);
            throw new HoldfastException(
                    ErrorCode.OVERLOADED, "recovery store", "as much as " + most + " bytes waits for a commit already");
        }
    }

    /** Counts a block of the store's own, which is never refused. */
    void reserveAlways(int bytes) {
        waitingBytes.addAndGet(bytes);
    }

    void release(long bytes) {
        waitingBytes.addAndGet(-bytes);
    }

    /** Refuses batches while what is left of the medium is kept for maintenance. Looks at the medium only when it did when looked at last. */
    void requireOpen() {
        if (context.gate().isClosed()) {
            requireIntake();
        }
    }

    @Override
    public void requireIntake() {
        requireWritable();
        try {
            context.gate().require(owedBytes());
        } catch (IOException e) {
            throw roomUnknown(e);
        }
    }

    @Override
    public StoreRoom room() {
        try {
            return context.gate().look(owedBytes());
        } catch (IOException e) {
            throw roomUnknown(e);
        }
    }

    private static HoldfastException roomUnknown(IOException cause) {
        return new HoldfastException(
                ErrorCode.DISK_ERROR, "recovery store", "cannot tell its room: " + cause.getMessage(), cause);
    }

    /** What was taken in and is in no segment yet: the log's own bytes were set aside when the store was made. */
    private long owedBytes() {
        return waitingBytes.get() + context.log().usedBytes();
    }

    @Override
    public UUID storeId() {
        return context.identity().storeId();
    }

    @Override
    public MachineHistory create(MachineId machine) {
        return create(machine, Standing.OWN);
    }

    /** Starts a history that is filled from another store. */
    void createCopy(MachineId machine, Standing standing) {
        create(machine, standing);
    }

    private StoredHistory create(MachineId machine, Standing standing) {
        return change(open -> {
            synchronized (histories) {
                if (histories.containsKey(machine) || broken.containsKey(machine)) {
                    throw new HoldfastException(
                            ErrorCode.ALREADY_EXISTS, "machine " + machine, "has a history in this store already");
                }
            }
            return add(open.create(machine, standing));
        });
    }

    @Override
    public Optional<MachineHistory> find(MachineId machine) {
        synchronized (histories) {
            String damage = broken.get(machine);
            if (damage != null) {
                throw new HoldfastException(
                        ErrorCode.STORE_DAMAGED,
                        "history of machine " + machine,
                        "could not be opened: " + damage
                                + "; a verification of the store names its points that are still whole");
            }
            return Optional.ofNullable(histories.get(machine));
        }
    }

    @Override
    public HistoryTransfer transfer(MachineId machine, TransferOrder order) {
        if (!(order.target() instanceof Store target) || target == this) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "target of a transfer", "is this store itself; expected another one");
        }
        if (target.storeId().equals(storeId())) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_COPIED,
                    "target of a transfer",
                    "has the identity of this store, " + storeId()
                            + ": its folder is a copy of this one's; expected a store of its own, such as a new folder");
        }
        StoredHistory stored = stored(machine)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "machine " + machine, "has no history in this store"));
        target.find(machine);
        return new TransferRun(
                new StoredCopySource(this, context, stored),
                new StoredCopyTarget(target, target.context, machine),
                order);
    }

    /** Finds a history; see {@link #find}. */
    Optional<StoredHistory> stored(MachineId machine) {
        return find(machine).map(StoredHistory.class::cast);
    }

    @Override
    public List<MachineId> machines() {
        synchronized (histories) {
            List<MachineId> all = new ArrayList<>(histories.keySet());
            all.addAll(broken.keySet());
            all.sort(null);
            return all;
        }
    }

    @Override
    public List<Durable> commit() {
        return change(this::commitWaiting);
    }

    /** Commits what waits in every history, if maintenance can do without the room. */
    private List<Durable> commitWaiting(Writer open) throws IOException {
        Map<History, List<HeldBlock>> waiting = new LinkedHashMap<>();
        for (History history : allHistories()) {
            List<HeldBlock> blocks = history.waiting();
            if (!blocks.isEmpty()) {
                waiting.put(history, blocks);
            }
        }
        if (waiting.isEmpty()) {
            return List.of();
        }
        try {
            context.gate().require(owedBytes());
        } catch (HoldfastException | IOException e) {
            drop(waiting);
            throw e;
        }
        return commit(open, waiting);
    }

    /** Commits what waits in one history, in the reserve as well: for what an operator does. Called with the writer's lock held. */
    void commit(Writer open, History history) throws IOException {
        List<HeldBlock> waiting = history.waiting();
        if (!waiting.isEmpty()) {
            commit(open, Map.of(history, waiting));
        }
    }

    private List<Durable> commit(Writer open, Map<History, List<HeldBlock>> waiting) throws IOException {
        try {
            open.commit(waiting);
        } catch (IOException e) {
            drop(waiting);
            throw e;
        }
        List<Durable> durable = new ArrayList<>();
        waiting.forEach((history, blocks) -> {
            release(blocks.stream().mapToLong(HeldBlock::length).sum());
            durable.add(new Durable(history.machine(), history.head()));
        });
        return durable;
    }

    private void drop(Map<History, List<HeldBlock>> waiting) {
        waiting.keySet().forEach(history -> release(history.dropWaiting()));
    }

    @Override
    public boolean maintain() {
        return change(Writer::maintain);
    }

    private List<History> allHistories() {
        synchronized (histories) {
            return histories.values().stream().map(StoredHistory::history).toList();
        }
    }

    @Override
    public Anchor anchor(Optional<Anchor> since) {
        return new StoreAnchors(context).make(allHistories(), since);
    }

    @Override
    public List<AnchorFinding> compare(Anchor anchor) {
        return new StoreAnchors(context).compare(allHistories(), anchor);
    }

    @Override
    public boolean offload() {
        requireWritable();
        try {
            return context.files().offload();
        } catch (DiskFullException e) {
            throw new HoldfastException(ErrorCode.DISK_FULL, PLACE, "has no room: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, PLACE, "failed: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Damage> damages() {
        return context.damages().all();
    }

    void forget(StoredHistory stored) {
        synchronized (histories) {
            histories.remove(stored.machine(), stored);
        }
    }

    @Override
    public void close() {
        writerLock.lock();
        try {
            if (closed) {
                return;
            }
            try {
                if (failure == null && context.files().changesLast()) {
                    commitLast();
                    writer.restartLog();
                }
            } catch (IOException e) {
                failure = e;
            } finally {
                closed = true;
                closeFiles();
            }
        } finally {
            writerLock.unlock();
        }
    }

    /** What has no room is dropped, as it is while the store is open. */
    private void commitLast() throws IOException {
        try {
            commitWaiting(writer);
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.DISK_FULL) {
                throw e;
            }
        }
    }

    private void closeFiles() {
        try {
            writer.close();
            context.leases().close();
            folderLock.close();
        } catch (Exception e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, "recovery store", "did not close: " + e.getMessage(), e);
        }
    }
}
