package io.holdfast.configserver.internal;

import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.internal.jobs.JobEngine;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.Failover;
import io.holdfast.model.JobKind;
import io.holdfast.model.Machine;
import io.holdfast.model.Replica;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes replicas that nobody will come back for: of a failover or test failover that was refused, cancelled or superseded before it changed
 * anything for good. Used by one thread at a time.
 */
final class OrphanSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweeper.class);

    private final MachineDirectory machines;
    private final JobEngine engine;
    private final ReplicaWorkshop replicas;

    OrphanSweeper(MachineDirectory machines, JobEngine engine, ReplicaWorkshop replicas) {
        this.machines = machines;
        this.engine = engine;
        this.replicas = replicas;
    }

    /** Removes what is left over now. What cannot be removed is tried again by the next call. */
    void sweep() {
        for (Replica replica : replicas.list()) {
            Optional<Machine> machine = machines.find(replica.machine());
            if (machine.isPresent() && isOrphan(machine.get(), replica)) {
                remove(machine.get(), replica);
            }
        }
    }

    private boolean isOrphan(Machine machine, Replica replica) {
        Set<JobKind> active = engine.activeKinds(machine.id());
        return switch (replica.purpose()) {
            case TEST ->
                machine.protection().drill() == DrillPhase.NONE
                        && !active.contains(JobKind.TEST_FAILOVER)
                        && !active.contains(JobKind.CLEAN_UP_TEST_FAILOVER);
            case FAILOVER -> {
                Failover failover = machine.failover();
                yield (failover == null || !failover.replica().equals(replica.id()))
                        && replica.state() != Replica.State.PERMANENT
                        && !active.contains(JobKind.FAILOVER)
                        && !active.contains(JobKind.CANCEL_FAILOVER);
            }
        };
    }

    private void remove(Machine machine, Replica replica) {
        try {
            replicas.destroy(machine, replica.id());
            LOG.info("replica nobody needs was removed replica={} machine={}", replica.id(), machine.id());
        } catch (HoldfastException e) {
            LOG.warn(
                    "replica nobody needs cannot be removed yet replica={} machine={} code={} message={}",
                    replica.id(),
                    machine.id(),
                    e.code(),
                    e.getMessage());
        }
    }
}
