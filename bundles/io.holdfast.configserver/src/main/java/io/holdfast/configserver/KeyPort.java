package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.journal.KeyVault;

/**
 * The keys of the node and who holds them. Thread-safe.
 *
 * @since 1.0
 */
public interface KeyPort {

    /**
     * Gives the vault.
     *
     * @return the node's
     */
    KeyVault vault();

    /**
     * Hands the keys of a machine to a blind master target.
     *
     * @param machine whose
     */
    void handOver(MachineId machine);

    /**
     * Drops what was handed over.
     *
     * @param machine whose
     */
    void takeBack(MachineId machine);

    /**
     * Tells whether the master target could offer a point of a machine now.
     *
     * @param machine whose
     * @return false when it is blind and has no keys
     */
    boolean holdsKeys(MachineId machine);
}
