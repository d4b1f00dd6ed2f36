package io.holdfast.adapter;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A replica as it was found.
 *
 * @param state whether it runs
 * @param booted whether, since its last start, the sign of a finished boot was seen
 * @param processId of the hypervisor's process, 0 when there is none
 * @param hydration how far the copying of the exports is
 * @param reason for people: why it stands still; empty when nothing is to be said
 * @param run how to reach the running machine; nothing when it does not run
 * @since 1.0
 */
public record ReplicaStatus(
        State state, boolean booted, long processId, Hydration hydration, String reason, Optional<Run> run) {

    /** Whether a replica runs. */
    public enum State {
        /** Nothing is there. */
        ABSENT,
        /** It is there and does not run: never started, shut down by its guest, stopped by us or ended by a crash. */
        STOPPED,
        /** The guest's processors run. */
        RUNNING,
        /**
         * The guest stands still because of its storage. When storage fails or is full, {@link TargetAdapter#start} lets it go on after the
         * cause was removed; when the hypervisor waits for an export, it goes on by itself with the export.
         */
        BLOCKED,
        /** The guest was paused by somebody, or crashed inside. */
        PAUSED
    }

    /**
     * How far the copying of the exports is.
     *
     * @param active whether it goes on by itself now
     * @param doneBytes of all disks
     * @param totalBytes of all disks
     * @param complete whether no export is needed any more
     */
    public record Hydration(boolean active, long doneBytes, long totalBytes, boolean complete) {}

    /**
     * Ways to a running replica.
     *
     * @param consoleSocket UNIX socket of its first serial port, for one client at a time
     * @param consoleLog what the first serial port has printed; bounded, the newest is kept
     * @param address to take it as a source, for protection in the other direction
     */
    public record Run(Path consoleSocket, Path consoleLog, SourceAddress address) {}
}
