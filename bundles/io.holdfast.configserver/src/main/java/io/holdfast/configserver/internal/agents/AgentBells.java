package io.holdfast.configserver.internal.agents;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes the polls that wait for a command. Thread-safe. */
public final class AgentBells {

    private final ConcurrentHashMap<String, Bell> bells = new ConcurrentHashMap<>();

    private volatile boolean closed;

    private static final class Bell {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition rung = lock.newCondition();
        private long count;
    }

    /**
     * Wakes an agent's polls.
     *
     * @param agent its id
     */
    public void ring(String agent) {
        Bell bell = bell(agent);
        bell.lock.lock();
        try {
            bell.count++;
            bell.rung.signalAll();
        } finally {
            bell.lock.unlock();
        }
    }

    /**
     * Counts how often an agent's bell was rung.
     *
     * @param agent its id
     * @return the count, to be given to {@link #await}
     */
    long count(String agent) {
        Bell bell = bell(agent);
        bell.lock.lock();
        try {
            return bell.count;
        } finally {
            bell.lock.unlock();
        }
    }

    /**
     * Waits until the bell is rung once more.
     *
     * @param agent its id
     * @param seen the count that was seen
     * @param waitMillis how long at most
     * @return true when it was rung; false when the time is over or the server stops
     * @throws InterruptedException when the thread is interrupted
     */
    boolean await(String agent, long seen, long waitMillis) throws InterruptedException {
        Bell bell = bell(agent);
        long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
        bell.lock.lock();
        try {
            while (bell.count == seen && left > 0 && !closed) {
                left = bell.rung.awaitNanos(left);
            }
            return bell.count != seen;
        } finally {
            bell.lock.unlock();
        }
    }

    /**
     * Forgets an agent.
     *
     * @param agent its id
     */
    void forget(String agent) {
        ring(agent);
        bells.remove(agent);
    }

    /** Ends all waiting, now and later. */
    public void close() {
        closed = true;
        bells.keySet().forEach(this::ring);
    }

    private Bell bell(String agent) {
        return bells.computeIfAbsent(agent, _ -> new Bell());
    }
}
