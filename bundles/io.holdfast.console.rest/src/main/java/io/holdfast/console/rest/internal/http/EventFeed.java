package io.holdfast.console.rest.internal.http;

import java.util.Optional;

/** Where the messages of one event stream come from. One thread reads; any thread may close. */
public interface EventFeed extends AutoCloseable {

    /**
     * Takes the next message.
     *
     * @param waitMillis how long to wait for one
     * @return the message, nothing when none came in time or the feed was closed
     * @throws InterruptedException when the thread is interrupted
     */
    Optional<Message> next(long waitMillis) throws InterruptedException;

    /**
     * Tells whether more can come, and whether the reader may still see it.
     *
     * @return false when the stream shall end
     */
    boolean open();

    /** Ends the feed and wakes its reader. Idempotent. */
    @Override
    void close();

    /**
     * One message.
     *
     * @param name its kind
     * @param body what the codec turns into JSON
     */
    record Message(String name, Object body) {}
}
