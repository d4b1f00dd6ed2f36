package io.holdfast.configserver;

import java.util.Optional;

/**
 * The changes one reader has not read yet. A queue with a bound: when it is full, everything in it is thrown away and a single {@link
 * ControlEvent.Lost} takes its place. One thread reads; any thread may close.
 *
 * @since 1.0
 */
public interface EventSubscription extends AutoCloseable {

    /** The most events that wait for one reader. */
    int QUEUE_MAX = 1_000;

    /**
     * Takes the next event.
     *
     * @param waitMillis how long to wait for one, 0 to 60,000
     * @return the event; nothing when none came in time or the subscription was closed
     * @throws InterruptedException when the thread is interrupted
     */
    Optional<ControlEvent> next(long waitMillis) throws InterruptedException;

    /**
     * Tells whether more can come.
     *
     * @return false after {@link #close()} or when the service ended
     */
    boolean open();

    @Override
    void close();
}
