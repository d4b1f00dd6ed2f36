package io.holdfast.mastertarget;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.RecoveryStore;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries sealed segments to where they rest, when that is not the store's folder, on a thread of its own: no commit waits for it. One thread calls
 * {@link #run}.
 *
 * @since 1.0
 */
final class SegmentCarrier implements Runnable {

    private static final long IDLE_MILLIS = 5_000;
    private static final long AFTER_FAILURE_MILLIS = 30_000;
    private static final Logger LOG = LoggerFactory.getLogger(SegmentCarrier.class);

    private final RecoveryStore store;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * Carries for a store.
     *
     * @param store opened; closed by its owner after {@link #run} has ended
     */
    SegmentCarrier(RecoveryStore store) {
        this.store = store;
    }

    /** Asks {@link #run} to end after the segment under way. */
    void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        long pauseMillis = 0;
        while (!isStopped(pauseMillis)) {
            try {
                pauseMillis = store.offload() ? 0 : IDLE_MILLIS;
            } catch (HoldfastException e) {
                LOG.error("carrying a sealed segment away failed code={} reason={}", e.code(), e.getMessage());
                pauseMillis = AFTER_FAILURE_MILLIS;
            }
        }
    }

    private boolean isStopped(long afterMillis) {
        try {
            return stopped.await(afterMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a thread that may be reading the store", e);
        }
    }
}
