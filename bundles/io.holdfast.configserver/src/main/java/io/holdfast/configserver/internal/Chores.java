package io.holdfast.configserver.internal;

import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.internal.access.AuditLog;
import io.holdfast.configserver.internal.agents.AgentDesk;
import io.holdfast.configserver.internal.jobs.JobEngine;
import io.holdfast.configserver.internal.space.SpaceWatch;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be done now and then. {@link #tick()} is called by one thread. */
final class Chores {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private final ConfigurationServer.Means means;
    private final JobEngine engine;
    private final OrphanSweeper sweeper;
    private final Checks checks;
    private final Optional<LocalAgent> localAgent;
    private final AtomicBoolean working = new AtomicBoolean();
    private final long startNanos;
    private long secondsDone = -1;
    private long sweepsDone = -1;
    private long hoursDone = -1;

    private volatile boolean auditWhole = true;

    /**
     * What is looked at.
     *
     * @param desk where agents report
     * @param audit the audit log
     * @param space the recovery store's room
     */
    record Checks(AgentDesk desk, AuditLog audit, SpaceWatch space) {}

    Chores(
            ConfigurationServer.Means means,
            JobEngine engine,
            OrphanSweeper sweeper,
            Checks checks,
            Optional<LocalAgent> localAgent) {
        this.means = means;
        this.engine = engine;
        this.sweeper = sweeper;
        this.checks = checks;
        this.localAgent = localAgent;
        this.startNanos = means.time().monotonicNanos();
    }

    boolean isAuditWhole() {
        return auditWhole;
    }

    void tick() {
        long elapsed = means.time().monotonicNanos() - startNanos;
        if (elapsed / SECOND_NANOS != secondsDone) {
            secondsDone = elapsed / SECOND_NANOS;
            checks.desk().tick();
            localAgent.ifPresent(LocalAgent::tick);
        }
        if (elapsed / SWEEP_NANOS != sweepsDone) {
            sweepsDone = elapsed / SWEEP_NANOS;
            execute(elapsed / HOUR_NANOS);
        }
    }

    /** What may block for a while, one run at a time. */
    private void execute(long hours) {
        if (!working.compareAndSet(false, true)) {
            return;
        }
        try {
            means.executor().execute(() -> work(hours));
        } catch (RejectedExecutionException _) {
            working.set(false); // the executor is full or stopping; the next tick tries again
        }
    }

    private void work(long hours) {
        try {
            lookAtSpace();
            sweeper.sweep();
            if (hours != hoursDone) {
                hoursDone = hours;
                engine.trim();
                checkAudit();
            }
        } catch (HoldfastException e) {
            LOG.warn("a chore failed, it is tried again code={}", e.code(), e);
        } finally {
            working.set(false);
        }
    }

    private void lookAtSpace() {
        try {
            checks.space().look();
            checks.space().keep();
        } catch (HoldfastException e) {
            // whoever asks for the state of the appliance is told that the store is away
            LOG.debug("the room of the recovery store is not known code={}", e.code());
        }
    }

    private void checkAudit() {
        OptionalLong broken = checks.audit().firstBroken();
        if (broken.isPresent()) {
            LOG.error("the audit log is broken: an entry was altered or removed entry={}", broken.getAsLong());
        }
        auditWhole = broken.isEmpty();
    }
}
