package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import java.util.List;

/**
 * How the keys of this node stand.
 *
 * @param state OPEN, LOCKED, LOST or FOREIGN
 * @param detail what is wrong, or the empty string
 * @param storeKey name of the store key, or the empty string
 * @param passphrase whether a passphrase protects it
 * @param recoveryKey name of the confirmed recovery key, or the empty string
 * @param machines by id
 * @since 1.0
 */
public record KeysView(
        String state,
        String detail,
        String storeKey,
        boolean passphrase,
        String recoveryKey,
        List<MachineKey> machines) {

    public KeysView {
        machines = List.copyOf(machines);
    }

    /**
     * The keys of one machine.
     *
     * @param machine whose
     * @param dataKeys their ids, oldest first
     * @param sealed false when they lie in clear, as an earlier version wrote them
     * @param holder where they may be used
     * @param held whether the master target could offer a point now
     * @param trouble why they cannot be used, or the empty string
     */
    public record MachineKey(
            MachineId machine,
            List<String> dataKeys,
            boolean sealed,
            KeyControl.Holder holder,
            boolean held,
            String trouble) {

        public MachineKey {
            dataKeys = List.copyOf(dataKeys);
        }
    }
}
