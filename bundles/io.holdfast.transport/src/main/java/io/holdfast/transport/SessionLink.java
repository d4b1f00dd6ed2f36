package io.holdfast.transport;

import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The link over a session: keeps in order what the session's outgoing queue has no room for yet. Its owner passes
 * {@link SessionHandler#writable} on. Thread-safe.
 *
 * @since 1.0
 */
public final class SessionLink implements Link {

    private final Session session;
    private final Deque<Message> overflow = new ArrayDeque<>();

    /**
     * Makes the link.
     *
     * @param session where messages go
     */
    public SessionLink(Session session) {
        this.session = session;
    }

    @Override
    public void send(Message message) {
        synchronized (overflow) {
            if (!overflow.isEmpty() || !session.offer(message)) {
                overflow.add(message);
            }
            if (!session.isOpen()) {
                overflow.clear();
            }
        }
    }

    /** There is room again: sends what waited, as far as it fits. */
    public void writable() {
        synchronized (overflow) {
            while (!overflow.isEmpty() && session.offer(overflow.peek())) {
                overflow.remove();
            }
        }
    }

    @Override
    public void close(String reason) {
        session.close(reason);
    }

    @Override
    public void refuse(HoldfastException error) {
        session.refuse(error);
    }
}
