package io.holdfast.mobility.agent;

import io.holdfast.mobility.machine.MachineEngine;
import io.holdfast.mobility.stream.LogPump;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends one machine's engine its threads: one for its turns, one for copying, one for the change log, which may hang with the log's disk, and
 * one for what takes time at the source.
 */
final class MachineRunner implements AutoCloseable {

    /** A turn comes at least this often. */
    private static final long TURN_MILLIS = 10;
    /** How long records may gather before a group of the log is written. */
    private static final long GATHER_MILLIS = 4;
    /** Nothing came for so long: the log says that nothing is missing. */
    private static final long LOG_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long PAUSE_MILLIS = 20;
    private static final long SHUTDOWN_MILLIS_MAX = 4_000;
    private static final long JOIN_MILLIS_MAX = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(MachineRunner.class);

    private final MachineEngine engine;
    private final Semaphore woken = new Semaphore(0);
    private final Semaphore pausing = new Semaphore(0);
    private final ExecutorService slow;
    private final Thread turns;
    private final Thread copies;
    private final Thread logs;
    private volatile boolean stopping;
    private volatile boolean leaving;

    /**
     * What the maker of an engine is given.
     *
     * @param slow for what takes time at the source
     * @param wake to be run when there is something for a turn
     */
    record Means(ExecutorService slow, Runnable wake) {}

    /**
     * Makes an engine, which rests until {@link #start}.
     *
     * @param tag names the threads
     * @param maker makes the engine
     */
    MachineRunner(String tag, Function<Means, MachineEngine> maker) {
        this.slow = Executors.newSingleThreadExecutor(task -> daemon(task, "holdfast-agent-source-" + tag));
        this.engine = maker.apply(new Means(slow, woken::release));
        this.turns = daemon(this::turns, "holdfast-agent-turn-" + tag);
        this.copies = daemon(this::copies, "holdfast-agent-copy-" + tag);
        this.logs = daemon(this::logs, "holdfast-agent-log-" + tag);
    }

    /** Sets the engine to work; once. */
    void start() {
        turns.start();
        copies.start();
        logs.start();
    }

    MachineEngine engine() {
        return engine;
    }

    /** Ends the capture in order, within some seconds, and lets go of everything. Bitmaps go on at the source. */
    @Override
    public void close() {
        engine.shutdown();
        leaving = true;
        join(turns, SHUTDOWN_MILLIS_MAX);
        stopping = true;
        woken.release();
        pausing.release();
        join(turns, JOIN_MILLIS_MAX);
        join(copies, JOIN_MILLIS_MAX);
        join(logs, JOIN_MILLIS_MAX);
        engine.close();
        slow.shutdown();
    }

    private void turns() {
        while (!stopping) {
            try {
                if (woken.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
                engine.turn();
                if (leaving && engine.isAtRest()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a machine's thread", e);
            } catch (RuntimeException e) {
                LOG.error("a machine's turn failed unexpectedly, it goes on", e);
                pause(PAUSE_MILLIS);
            }
        }
    }

    private void copies() {
        while (!stopping) {
            try {
                if (!engine.copyStep()) {
                    pause(PAUSE_MILLIS);
                }
            } catch (RuntimeException e) {
                LOG.error("a step of a copy failed unexpectedly, it goes on", e);
                pause(PAUSE_MILLIS);
            }
        }
    }

    private void logs() {
        while (!stopping) {
            try {
                if (!engine.awaitUnlogged(LOG_REST_NANOS)) {
                    engine.logRest();
                    continue;
                }
                pause(GATHER_MILLIS);
                if (engine.logStep() != LogPump.Outcome.LOGGED) {
                    pause(PAUSE_MILLIS);
                }
            } catch (RuntimeException e) {
                LOG.error("a step of the change log failed unexpectedly, it goes on", e);
                pause(PAUSE_MILLIS);
            }
        }
    }

    private void pause(long millis) {
        try {
            if (pausing.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                pausing.release();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a machine's thread", e);
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void join(Thread thread, long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
