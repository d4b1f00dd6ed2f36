package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.MachineKeys;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which keys a master target may use: those of machines for which it is resident, and for which it is blind only those that were handed over. What
 * was handed over is in memory alone. Thread-safe.
 */
final class HeldKeys {

    private final KeyVault vault;
    private final Map<MachineId, MachineKeys> handedOver = new ConcurrentHashMap<>();

    HeldKeys(KeyVault vault) {
        this.vault = vault;
    }

    /** The keys, or {@code KEY_NOT_HELD}, or what the vault says. */
    MachineKeys keysOf(MachineId machine) {
        MachineKeys keys = handedOver.get(machine);
        if (keys != null) {
            return keys;
        }
        if (vault.isBlind(machine)) {
            throw new HoldfastException(
                    ErrorCode.KEY_NOT_HELD,
                    "machine " + machine,
                    "the master target is blind for it; expected its key to be handed over for this failover or drill");
        }
        return vault.keysOf(machine);
    }

    /** The keys that the store may use for its own work: of machines for which the master target is not blind, while the vault can give them. */
    Optional<MachineKeys> resident(MachineId machine) {
        if (vault.isBlind(machine)) {
            return Optional.empty();
        }
        try {
            return Optional.of(vault.keysOf(machine));
        } catch (HoldfastException _) {
            // locked or lost: an operator is told by the vault's status, and old history waits
            return Optional.empty();
        }
    }

    boolean holds(MachineId machine) {
        return handedOver.containsKey(machine) || !vault.isBlind(machine);
    }

    void handOver(MachineId machine, MachineKeys keys) {
        if (vault.isBlind(machine)) {
            handedOver.put(machine, keys);
        }
    }

    /** Forgets what was handed over; what is open already goes on. */
    void drop(MachineId machine) {
        handedOver.remove(machine);
    }
}
