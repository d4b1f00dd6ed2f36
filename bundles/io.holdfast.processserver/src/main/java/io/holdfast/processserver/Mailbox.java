package io.holdfast.processserver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in the order given, on threads of a shared pool. What may wait in it is bounded by the credit of the protocol.
 *
 * @since 1.0
 */
final class Mailbox implements Executor {

    /** So many tasks in a row before the thread looks after other mailboxes. */
    private static final int BURST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final Executor pool;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    /**
     * Makes an empty mailbox.
     *
     * @param pool lends threads
     */
    Mailbox(Executor pool) {
        this.pool = pool;
    }

    @Override
    @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        pool.execute(this::work);
    }

    private void work() {
        for (int i = 0; i < BURST; i++) {
            Runnable next;
            synchronized (tasks) {
                next = tasks.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            runOne(next);
        }
        pool.execute(this::work);
    }

    /** A task that fails unexpectedly must not stop the others of its mailbox. */
    private static void runOne(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a step of a relay failed unexpectedly", e);
        }
    }
}
