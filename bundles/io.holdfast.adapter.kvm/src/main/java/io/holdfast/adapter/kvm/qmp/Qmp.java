package io.holdfast.adapter.kvm.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * A monitor that takes commands, directly or through a relay. Thread-safe.
 *
 * @since 1.0
 */
public interface Qmp {

    /** For commands that QEMU answers at once. */
    Duration USUAL_LIMIT = Duration.ofSeconds(5);

    /**
     * Names QEMU's version.
     *
     * @return as greeted
     */
    QmpVersion version();

    /**
     * Runs a command and waits for its answer.
     *
     * @param command what to do
     * @param limit how long to wait at most; the command may still be carried out later
     * @return the answer's {@code return}
     * @throws QmpRefusal when QEMU answered with an error
     * @throws io.holdfast.base.HoldfastException {@code TIMEOUT} when the time is over, {@code MONITOR_NOT_REACHABLE} when the connection is
     *     gone; the command may have been carried out
     */
    JsonNode execute(QmpCommand command, Duration limit) throws QmpRefusal;

    /**
     * Runs a command that QEMU answers at once.
     *
     * @param command what to do
     * @return the answer's {@code return}
     * @throws QmpRefusal as {@link #execute(QmpCommand, Duration)}
     */
    default JsonNode execute(QmpCommand command) throws QmpRefusal {
        return execute(command, USUAL_LIMIT);
    }
}
