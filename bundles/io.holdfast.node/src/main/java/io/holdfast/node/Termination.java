package io.holdfast.node;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the process ends: cleanly on SIGTERM, within {@link #STOP_MILLIS_MAX} and with status 0, or at once when the node may not start. Left alone,
 * Java would end with status 143 on SIGTERM, however cleanly.
 *
 * @since 1.0
 */
final class Termination implements AutoCloseable {

    /** Exit status of a process whose node may not start. */
    static final int REFUSED = 3;

    /** Below the ten seconds that an administrator is promised. */
    private static final long STOP_MILLIS_MAX = 9_000;

    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    private final Bundle system;
    private final Thread hook;
    private volatile boolean refused;

    /**
     * Registers for the end of the process.
     *
     * @param system the framework's own bundle
     */
    Termination(Bundle system) {
        this.system = system;
        this.hook = new Thread(this::stopFramework, "holdfast-node-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Says why the node may not start and ends the process. Returns at once; the end follows on a thread of its own, because the caller is
     * a component that is being activated.
     *
     * @param reason why, beginning with the error's code
     */
    void refuse(String reason) {
        LOG.error("node refuses to start reason={}", reason);
        System.err.println("Holdfast does not start: " + reason);
        refused = true;
        Thread end = new Thread(() -> System.exit(REFUSED), "holdfast-node-refused");
        end.setDaemon(true);
        end.start();
    }

    /** Forgets the end of the process: the component goes, the process stays. Idempotent. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // the process is ending, the hook is what runs now
        }
    }

    private void stopFramework() {
        try {
            system.stop();
            FrameworkEvent end = system.adapt(Framework.class).waitForStop(STOP_MILLIS_MAX);
            if (end.getType() == FrameworkEvent.STOPPED && !refused) {
                // an exit would wait for this hook
                Runtime.getRuntime().halt(0);
            }
        } catch (BundleException | InterruptedException e) {
            LOG.error("framework did not stop cleanly", e);
        }
    }
}
