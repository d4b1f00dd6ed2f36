package io.holdfast.journal;

import io.holdfast.base.MachineId;
import java.util.Optional;

/**
 * Which keys a store may use by itself, to take back room inside frames and to code old history anew. Implemented by the store's owner; called under
 * the store's lock, must not wait.
 *
 * @since 1.0
 */
public interface ResidentKeys {

    /** A store without keys. */
    ResidentKeys NONE = _ -> Optional.empty();

    /**
     * Gives the keys of a machine.
     *
     * @param machine which
     * @return its keys; nothing when the store is blind for it, or they cannot be had now
     */
    Optional<MachineKeys> keysOf(MachineId machine);
}
