package io.holdfast.node;

import io.holdfast.node.NodeSettings.Role;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the terminal once when every component runs, or, when that takes long, which do not. When one refuses to run, for example because
 * its port is in use, the node ends.
 *
 * @since 1.0
 */
final class ReadyWatch implements AutoCloseable {

    private static final long LOOK_MILLIS = 50;

    /** A start is slow, not stuck, as long as the list of what does not run changes within this time. */
    private static final long STUCK_MILLIS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(ReadyWatch.class);

    private final Bundle system;
    private final Termination termination;
    private final ComponentStates states;
    private final NodeSettings settings;
    private final Version version;
    private final ScheduledExecutorService scheduler;
    private Set<String> waiting = Set.of();
    private long waitingSinceMillis;
    private boolean complained;

    /**
     * Begins to look.
     *
     * @param system the framework's own bundle; active once every bundle was started
     * @param termination ends a node whose components refuse to run
     * @param states of the node's components
     * @param settings of the node
     * @param version of the product
     */
    ReadyWatch(Bundle system, Termination termination, ComponentStates states, NodeSettings settings, Version version) {
        this.system = system;
        this.termination = termination;
        this.states = states;
        this.settings = settings;
        this.version = version;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "holdfast-node-ready");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Stops looking. Idempotent. */
    @Override
    public void close() {
        scheduler.shutdown();
    }

    private void look() {
        if (system.getState() != Bundle.ACTIVE) {
            return;
        }
        Set<String> refusals = states.refusals();
        if (!refusals.isEmpty()) {
            termination.refuse(String.join("; ", refusals));
            scheduler.shutdown();
            return;
        }
        Set<String> unsatisfied = states.unsatisfied();
        long sinceStartMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        if (unsatisfied.isEmpty()) {
            LOG.info("node ready millis={}", sinceStartMillis);
            System.out.println(String.format(
                    Locale.ROOT, "Holdfast %s is ready after %.1f s%s", version, sinceStartMillis / 1000.0, where()));
            scheduler.shutdown();
        } else {
            complainIfStuck(unsatisfied, sinceStartMillis);
        }
    }

    private void complainIfStuck(Set<String> unsatisfied, long sinceStartMillis) {
        if (!unsatisfied.equals(waiting)) {
            waiting = unsatisfied;
            waitingSinceMillis = sinceStartMillis;
        } else if (!complained && sinceStartMillis - waitingSinceMillis > STUCK_MILLIS) {
            complained = true;
            for (String line : unsatisfied) {
                LOG.error("component does not run component={}", line);
                System.err.println("Holdfast waits: " + line);
            }
        }
    }

    private String where() {
        return settings.roles().contains(Role.CONFIGSERVER)
                ? ": " + settings.consoleUrl(settings.isBoundToOne() ? settings.bindAddress() : "localhost")
                : "";
    }
}
