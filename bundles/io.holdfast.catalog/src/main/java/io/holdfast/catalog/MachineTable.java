package io.holdfast.catalog;

import io.holdfast.base.MachineId;
import io.holdfast.model.Machine;
import java.util.List;
import java.util.Optional;

/**
 * Machines, by id and by name.
 *
 * @since 1.0
 */
public interface MachineTable {

    /**
     * Adds a machine.
     *
     * @param machine whose id and name are new
     */
    void insert(Machine machine);

    /**
     * Replaces a machine.
     *
     * @param machine whose id is there
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    void update(Machine machine);

    /**
     * Finds a machine.
     *
     * @param id its id
     * @return the machine
     */
    Optional<Machine> find(MachineId id);

    /**
     * Finds a machine.
     *
     * @param name its name
     * @return the machine
     */
    Optional<Machine> findByName(String name);

    /**
     * Lists the machines.
     *
     * @return by name
     */
    List<Machine> list();

    /**
     * Removes a machine with its replicas; its jobs stay, as a record. Nothing happens when it is not there.
     *
     * @param id its id
     */
    void delete(MachineId id);
}
