package io.holdfast.catalog;

import io.holdfast.base.MachineId;
import io.holdfast.model.Replica;
import java.util.List;
import java.util.Optional;

/**
 * Replicas.
 *
 * @since 1.0
 */
public interface ReplicaTable {

    /**
     * Adds a replica, or replaces the one of the same id.
     *
     * @param replica of a machine that is there
     */
    void put(Replica replica);

    /**
     * Finds a replica.
     *
     * @param id its id
     * @return the replica
     */
    Optional<Replica> find(String id);

    /**
     * Lists the replicas of a machine.
     *
     * @param machine which
     * @return oldest first
     */
    List<Replica> of(MachineId machine);

    /**
     * Lists all replicas.
     *
     * @return oldest first
     */
    List<Replica> list();

    /**
     * Removes a replica. Nothing happens when it is not there.
     *
     * @param id its id
     */
    void delete(String id);
}
