package io.holdfast.adapter.kvm;

import io.holdfast.adapter.SourceListener;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listener on one thread, one call at a time, in the order of what happened.
 */
final class Notifier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    /** A listener that lags this far behind has stopped. */
    private static final int QUEUE_MAX = 10_000;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final SourceListener listener;
    private final BlockingQueue<Consumer<SourceListener>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread;
    private volatile boolean closing;

    Notifier(String name, SourceListener listener) {
        this.listener = listener;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("holdfast-kvm-notifier-" + name)
                .unstarted(this::callAll);
    }

    /** Starts to call; what was told before comes first. */
    void start() {
        thread.start();
    }

    /** Queues a call; never waits. */
    void tell(Consumer<SourceListener> call) {
        if (!queue.offer(call)) {
            LOG.error("listener does not listen queued={}", QUEUE_MAX);
        }
    }

    private void callAll() {
        while (!closing || !queue.isEmpty()) {
            try {
                queue.take().accept(listener);
            } catch (InterruptedException _) {
                // nobody interrupts this thread; the loop's condition ends it
            } catch (RuntimeException e) {
                // the top of this thread: one bad call must not keep later ones from the listener
                LOG.error("listener failed", e);
            }
        }
    }

    /** Makes the calls queued so far, then ends. */
    @Override
    public void close() {
        closing = true;
        tell(_ -> {});
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
