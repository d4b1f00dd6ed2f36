package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.Durable;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a recovery store: commits what sessions have appended, tells them what is durable, and does the store's maintenance in between. One
 * thread calls {@link #run}; everything else is thread-safe.
 *
 * @since 1.0
 */
final class StoreKeeper implements Runnable {

    /** Hears what becomes of a machine's appended batches. Called on the keeper's thread; must not block. */
    interface Listener {

        /**
         * Everything up to here is durable.
         *
         * @param head the machine's head after a commit
         */
        void durable(HistoryHead head);

        /** A commit, of whatever machines, has made room in the store. */
        void roomAgain();

        /** Something at rest was found damaged, of whatever machine. */
        void damaged();

        /**
         * Batches that waited were dropped; the writer has to send them again.
         *
         * @param error why
         */
        void dropped(HoldfastException error);
    }

    private static final long IDLE_MILLIS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(StoreKeeper.class);

    private final RecoveryStore store;
    private final Map<MachineId, Listener> listeners = new ConcurrentHashMap<>();
    private final Semaphore work = new Semaphore(0);
    private volatile boolean stopping;

    /**
     * Keeps a store.
     *
     * @param store opened; closed by its owner
     */
    StoreKeeper(RecoveryStore store) {
        this.store = store;
    }

    /**
     * Makes one writer the machine's only one. Whoever was it before is told and hears nothing more.
     *
     * @param machine which
     * @param listener of the new writer
     */
    void register(MachineId machine, Listener listener) {
        Listener before = listeners.put(machine, listener);
        if (before != null && before != listener) {
            before.dropped(new HoldfastException(
                    ErrorCode.EPOCH_STALE,
                    "machine " + machine,
                    "another writer has connected; this one has to connect again"));
        }
    }

    /**
     * Forgets a writer, if it still is the machine's.
     *
     * @param machine which
     * @param listener as registered
     */
    void unregister(MachineId machine, Listener listener) {
        listeners.remove(machine, listener);
    }

    /**
     * Ends the machine's writer: somebody else has opened an epoch.
     *
     * @param machine which
     */
    void endWriter(MachineId machine) {
        Listener listener = listeners.remove(machine);
        if (listener != null) {
            listener.dropped(new HoldfastException(
                    ErrorCode.EPOCH_STALE,
                    "machine " + machine,
                    "another epoch was opened; this writer may not go on"));
        }
    }

    /** Something was appended: a commit is due. */
    void appended() {
        work.release();
    }

    /** Asks {@link #run} to end after the commit under way. */
    void stop() {
        stopping = true;
        work.release();
    }

    @Override
    public void run() {
        boolean more = true;
        while (!stopping) {
            boolean due = awaitWork(more ? 0 : IDLE_MILLIS);
            if (due) {
                commit();
            }
            more = maintain();
        }
        commit();
    }

    private boolean awaitWork(long millis) {
        try {
            boolean due = millis == 0 ? work.tryAcquire() : work.tryAcquire(millis, TimeUnit.MILLISECONDS);
            work.drainPermits();
            return due;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a thread that may be writing to the store", e);
        }
    }

    private void commit() {
        try {
            List<Durable> durables = store.commit();
            for (Durable durable : durables) {
                Listener listener = listeners.get(durable.machine());
                if (listener != null) {
                    listener.durable(durable.head());
                }
            }
            listeners.values().forEach(Listener::roomAgain);
        } catch (HoldfastException e) {
            LOG.error("commit failed code={} reason={}", e.code(), e.getMessage());
            listeners.values().forEach(listener -> listener.dropped(e));
        }
    }

    private boolean maintain() {
        try {
            return store.maintain();
        } catch (HoldfastException e) {
            LOG.error("maintenance of the store failed code={} reason={}", e.code(), e.getMessage());
            if (e.code() == ErrorCode.STORE_DAMAGED) {
                listeners.values().forEach(Listener::damaged);
            }
            return false;
        }
    }

    /**
     * Requires that batches are taken in now.
     *
     * @throws HoldfastException {@code DISK_FULL} when the rest of the medium is kept for maintenance
     */
    void requireIntake() {
        store.requireIntake();
    }

    /**
     * Finds a machine's history.
     *
     * @param machine which
     * @return it
     * @throws HoldfastException {@code NOT_FOUND} when the machine has none here
     */
    MachineHistory history(MachineId machine) {
        return store.find(machine)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        "machine " + machine,
                        "has no history in this recovery store; protect it first"));
    }
}
