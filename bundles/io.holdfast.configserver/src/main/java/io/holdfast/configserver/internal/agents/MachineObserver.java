package io.holdfast.configserver.internal.agents;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.internal.ErrorReports;
import io.holdfast.configserver.internal.MachineDirectory;
import io.holdfast.model.ActiveLocation;
import io.holdfast.model.AgentError;
import io.holdfast.model.LifeCycle;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineStatus;
import io.holdfast.model.ProtectionPhase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves machines on by what their agents say. The steps of jobs do the rest. */
final class MachineObserver {

    private static final Logger LOG = LoggerFactory.getLogger(MachineObserver.class);

    private final MachineDirectory machines;
    private final TimeSource time;

    MachineObserver(MachineDirectory machines, TimeSource time) {
        this.machines = machines;
        this.time = time;
    }

    void observe(Machine machine, MachineStatus status) {
        Machine now = machine;
        if (isReplicating(now.protection().phase())) {
            now = observeCapture(now, status);
        }
        if (isFailedOver(now)) {
            observeReappearance(now, status);
        }
    }

    private Machine observeCapture(Machine machine, MachineStatus status) {
        return switch (status.state()) {
            case COPYING -> machines.observe(machine.id(), LifeCycleEvent.RESYNCHRONISATION_STARTED);
            case READY -> {
                Machine ready = machines.observe(machine.id(), LifeCycleEvent.COPY_COMPLETE);
                yield ready.protection().critical() ? recovered(ready) : ready;
            }
            case BROKEN -> machines.observe(machine.id(), LifeCycleEvent.CAPTURE_BROKEN);
            case PAUSED -> machines.observe(machine.id(), LifeCycleEvent.PAUSED);
            case ERROR -> failed(machines.observe(machine.id(), LifeCycleEvent.CAPTURE_BROKEN), status);
            case CONNECTING, SOURCE_GONE, RELEASED ->
                machine; // nothing was missed: what was acknowledged is logged or was the end
        };
    }

    private Machine failed(Machine machine, MachineStatus status) {
        AgentError error = status.error();
        if (error == null
                || error.code().errorClass() != ErrorClass.NON_RECOVERABLE
                || machine.protection().critical()) {
            return machine;
        }
        LOG.warn(
                "machine turned critical machine={} code={} object={} message={}",
                machine.id(),
                error.code(),
                error.object(),
                error.message());
        return machines.update(
                machine.id(),
                before -> before.withError(ErrorReports.of(error, time.utcMillis()))
                        .withProtection(LifeCycle.next(before.protection(), LifeCycleEvent.ERROR_MET)
                                .orElseThrow()));
    }

    private Machine recovered(Machine machine) {
        LOG.info("machine is critical no longer machine={}", machine.id());
        return machines.update(
                machine.id(),
                before -> before.withError(null)
                        .withProtection(LifeCycle.next(before.protection(), LifeCycleEvent.ERROR_CLEARED)
                                .orElseThrow()));
    }

    private void observeReappearance(Machine machine, MachineStatus status) {
        boolean known = machine.protection().sourceReappeared();
        if (status.sourceRunning() && !known) {
            LOG.warn(
                    "source answers although its machine was failed over; it is left alone machine={} name={}",
                    machine.id(),
                    machine.name());
            machines.observe(machine.id(), LifeCycleEvent.SOURCE_REAPPEARED);
        } else if (!status.sourceRunning() && known) {
            machines.observe(machine.id(), LifeCycleEvent.SOURCE_LEFT);
        }
    }

    private static boolean isReplicating(ProtectionPhase phase) {
        return switch (phase) {
            case PROTECTED, MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING, PAUSED -> true;
            case ENABLING,
                    INITIAL_REPLICATION,
                    FINALIZING,
                    FAILING_OVER,
                    COMMIT_PENDING,
                    CANCELLING_FAILOVER,
                    COMMITTING,
                    COMMITTED,
                    UNPROTECTING,
                    UNPROTECTED -> false;
        };
    }

    private static boolean isFailedOver(Machine machine) {
        return machine.protection().activeLocation() == ActiveLocation.SECONDARY
                || machine.protection().phase() == ProtectionPhase.FAILING_OVER;
    }
}
