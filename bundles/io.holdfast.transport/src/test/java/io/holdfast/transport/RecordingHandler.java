package io.holdfast.transport;

import io.holdfast.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Notes what a session tells, and waits for it in bounded time. */
final class RecordingHandler implements SessionHandler {

    private static final long WAIT_MILLIS = 30_000;

    private final BiConsumer<Session, Message> onMessage;
    private final List<Message> messages = new ArrayList<>();
    private @Nullable Session session;
    private @Nullable CloseCause cause;
    private int writableCalls;
    private int closedCalls;

    RecordingHandler() {
        this((_, _) -> {});
    }

    RecordingHandler(BiConsumer<Session, Message> onMessage) {
        this.onMessage = onMessage;
    }

    @Override
    public synchronized void opened(Session opened) {
        session = opened;
        notifyAll();
    }

    @Override
    public void received(Session from, Message message) {
        synchronized (this) {
            messages.add(message);
            notifyAll();
        }
        onMessage.accept(from, message);
    }

    @Override
    public synchronized void writable(Session writable) {
        writableCalls++;
        notifyAll();
    }

    @Override
    public synchronized void closed(Session closed, CloseCause why) {
        closedCalls++;
        cause = why;
        notifyAll();
    }

    synchronized int closedCalls() {
        return closedCalls;
    }

    synchronized int writableCalls() {
        return writableCalls;
    }

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    synchronized boolean wasOpened() {
        return session != null;
    }

    synchronized Session session() {
        await("the session opens", handler -> handler.session != null);
        Session opened = session;
        if (opened == null) {
            throw new AssertionError("no session");
        }
        return opened;
    }

    synchronized CloseCause cause() {
        await("the session closes", handler -> handler.cause != null);
        CloseCause why = cause;
        if (why == null) {
            throw new AssertionError("no cause");
        }
        return why;
    }

    synchronized void awaitMessages(int count) {
        await(count + " messages arrive", handler -> handler.messages.size() >= count);
    }

    synchronized void awaitWritable(int calls) {
        await(calls + " times writable", handler -> handler.writableCalls >= calls);
    }

    private void await(String what, Predicate<RecordingHandler> condition) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        while (!condition.test(this)) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError("waited " + WAIT_MILLIS + " ms that " + what + "; so far " + messages.size()
                        + " messages, cause " + cause);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
