package io.holdfast.node;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundle.Handling;
import io.holdfast.model.NodeBundles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops and starts bundles on request, one at a time. A restart runs on a thread of its own and needs nothing but the framework: the request
 * may have come through the very bundle that goes.
 *
 * @since 1.0
 */
final class BundleKeeper implements NodeBundles, AutoCloseable {

    private static final String NONE = "";
    private static final Logger LOG = LoggerFactory.getLogger(BundleKeeper.class);

    private final Bundles bundles;
    private final AtomicReference<String> changing = new AtomicReference<>(NONE);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** The bundles of a framework. */
    interface Bundles {

        /**
         * Lists them.
         *
         * @return all of ours
         */
        List<NodeBundle> list();

        /**
         * Stops one; returns when it has ended.
         *
         * @param name which is listed
         * @throws HoldfastException {@code INTERNAL}
         */
        void stop(String name);

        /**
         * Starts one.
         *
         * @param name which is listed
         * @throws HoldfastException {@code INTERNAL}
         */
        void start(String name);
    }

    /**
     * Begins with nothing to do.
     *
     * @param bundles of the node
     */
    BundleKeeper(Bundles bundles) {
        this.bundles = bundles;
    }

    @Override
    public List<NodeBundle> list() {
        return bundles.list();
    }

    @Override
    public void stop(String name) {
        if (find(name).handling() != Handling.STOPPABLE) {
            throw refused(name, "may not be stopped; expected one that the interface can do without");
        }
        take(name);
        try {
            bundles.stop(name);
            LOG.info("bundle stopped by request bundle={}", name);
        } finally {
            changing.set(NONE);
        }
    }

    @Override
    public void start(String name) {
        find(name);
        take(name);
        try {
            bundles.start(name);
            LOG.info("bundle started by request bundle={}", name);
        } finally {
            changing.set(NONE);
        }
    }

    @Override
    public void restart(String name, Duration pause) {
        if (pause.isNegative() || pause.compareTo(PAUSE_MAX) > 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "pause",
                    pause.toSeconds() + " s given; expected 0 to " + PAUSE_MAX.toSeconds() + " s");
        }
        if (find(name).handling() == Handling.FIXED) {
            throw refused(name, "runs as long as the node; expected one that may be restarted");
        }
        take(name);
        Thread thread = new Thread(() -> stopAndStart(name, pause), "holdfast-node-restart");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends a pause at once; what was stopped stays so, for the node ends. Idempotent. */
    @Override
    public void close() {
        closed.countDown();
    }

    private NodeBundle find(String name) {
        return bundles.list().stream()
                .filter(bundle -> bundle.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "bundle " + name, "not on this node; expected one that is listed"));
    }

    private void take(String name) {
        String other = changing.compareAndExchange(NONE, name);
        if (!other.equals(NONE)) {
            throw refused(name, "bundle " + other + " is being changed; expected one change at a time");
        }
    }

    private static HoldfastException refused(String name, String why) {
        return new HoldfastException(ErrorCode.ILLEGAL_STATE, "bundle " + name, why);
    }

    private void stopAndStart(String name, Duration pause) {
        LOG.info("bundle restarts by request bundle={} pauseSeconds={}", name, pause.toSeconds());
        try {
            bundles.stop(name);
        } catch (HoldfastException e) {
            LOG.error("bundle did not end cleanly, it is started again bundle={}", name, e);
        }
        try {
            if (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                bundles.start(name);
                LOG.info("bundle was restarted bundle={}", name);
            }
        } catch (HoldfastException e) {
            LOG.error("bundle did not start again bundle={}", name, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            changing.set(NONE);
        }
    }
}
