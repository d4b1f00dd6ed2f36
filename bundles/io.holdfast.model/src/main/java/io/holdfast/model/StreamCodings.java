package io.holdfast.model;

import io.holdfast.base.MachineId;
import java.util.Optional;

/**
 * Tells how streams are coded. A service of the process server. Thread-safe; does not block.
 *
 * @since 1.0
 */
public interface StreamCodings {

    /**
     * How the stream of a machine is coded now.
     *
     * @param machine which
     * @return empty when it streams nothing now
     */
    Optional<StreamCoding> coding(MachineId machine);
}
