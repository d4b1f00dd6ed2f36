package io.holdfast.bench;

import io.holdfast.base.MachineId;
import io.holdfast.journal.Durable;
import io.holdfast.journal.RecoveryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Commits and maintains a store in a thread of its own, by the same turns as a master target: a commit for all that waits, then one step of maintenance. */
final class TrickleKeeper implements Runnable {

    private static final long IDLE_MILLIS = 200;

    private final RecoveryStore store;
    private final Map<MachineId, TrickleMachine> machines;
    private final Semaphore work = new Semaphore(0);
    private final List<Commit> commits = new ArrayList<>();
    private final List<Long> maintenance = new ArrayList<>();
    private volatile boolean stopping;
    private volatile @Nullable RuntimeException failure;

    /**
     * One commit.
     *
     * @param atNanos when it began
     * @param nanos how long it took
     * @param machines how many machines' batches it made durable
     */
    record Commit(long atNanos, long nanos, int machines) {}

    TrickleKeeper(RecoveryStore store, Map<MachineId, TrickleMachine> machines) {
        this.store = store;
        this.machines = machines;
    }

    /** Something was appended. */
    void appended() {
        work.release();
    }

    /** Ends {@link #run} after another commit. */
    void stop() {
        stopping = true;
        work.release();
    }

    /** What has ended the keeper, if anything has. */
    void throwIfFailed() {
        RuntimeException reason = failure;
        if (reason != null) {
            throw reason;
        }
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            while (!stopping) {
                boolean due = work.tryAcquire(more ? 0 : IDLE_MILLIS, TimeUnit.MILLISECONDS);
                work.drainPermits();
                if (due) {
                    commit();
                }
                long start = System.nanoTime();
                more = store.maintain();
                maintenance.add(System.nanoTime() - start);
            }
            commit();
        } catch (RuntimeException e) {
            failure = e;
        } catch (InterruptedException e) {
            failure = new IllegalStateException("nobody interrupts the keeper", e);
        }
    }

    private void commit() {
        long start = System.nanoTime();
        List<Durable> durables = store.commit();
        long end = System.nanoTime();
        commits.add(new Commit(start, end - start, durables.size()));
        for (Durable durable : durables) {
            TrickleMachine machine = machines.get(durable.machine());
            if (machine != null) {
                machine.durable(durable.head().position().sequence(), end);
            }
        }
        machines.values().forEach(TrickleMachine::roomAgain);
    }

    /** All commits, once {@link #run} has ended. */
    List<Commit> commits() {
        return commits;
    }

    /** How long each step of maintenance took, in nanoseconds, once {@link #run} has ended. */
    List<Long> maintenance() {
        return maintenance;
    }
}
