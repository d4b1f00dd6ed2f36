package io.holdfast.journal;

import io.holdfast.base.MachineId;
import java.util.List;

/**
 * How the keys of a node stand. Holds no secret.
 *
 * @param state of the store key
 * @param detail what is wrong, or the empty string
 * @param storeKey name of the store key, or the empty string when there is none
 * @param passphrase whether a passphrase protects it
 * @param recoveryKey name of the confirmed recovery key, or the empty string while there is none
 * @param machines by id
 * @since 1.0
 */
public record KeyStatus(
        State state, String detail, String storeKey, boolean passphrase, String recoveryKey, List<Machine> machines) {

    public KeyStatus {
        machines = List.copyOf(machines);
    }

    /** Whether keys can be used. */
    public enum State {
        /** The store key is in memory. */
        OPEN,
        /** The store key waits for its passphrase. */
        LOCKED,
        /** The file of the store key is not there or damaged, and there are keys sealed for it. */
        LOST,
        /** The file of the store key is there, and not one machine's keys are sealed for it. */
        FOREIGN
    }

    /**
     * The keys of one machine.
     *
     * @param machine whose
     * @param dataKeys ids, oldest first; the last one seals new batches
     * @param sealed false when they lie in clear, as an earlier version wrote them
     * @param blind whether the master target may hold them only when they are handed over
     * @param trouble why they cannot be used, or the empty string
     */
    public record Machine(MachineId machine, List<Long> dataKeys, boolean sealed, boolean blind, String trouble) {

        public Machine {
            dataKeys = List.copyOf(dataKeys);
        }
    }
}
