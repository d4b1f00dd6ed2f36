package io.holdfast.model;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine of ours made from a recovery point.
 *
 * @param id its identity for ever, also at the target
 * @param machine whose past it shows
 * @param purpose test or production
 * @param point what it shows
 * @param network how it is connected
 * @param state where it stands
 * @param hydration how much of its data it holds itself, or null before that began
 * @param connections how people reach it, by name, as the target tells: for example {@code vnc}, {@code serial}
 * @param createdMillis by the appliance's clock
 * @since 1.0
 */
public record Replica(
        String id,
        MachineId machine,
        Purpose purpose,
        Position point,
        NetworkChoice network,
        State state,
        @Nullable Progress hydration,
        Map<String, String> connections,
        long createdMillis) {

    /** What a replica is for. */
    public enum Purpose {
        TEST,
        FAILOVER
    }

    /** Where a replica stands. */
    public enum State {
        CREATING,
        BOOTING,
        BOOTED,
        /** Runs and holds all its data itself. */
        PERMANENT,
        DESTROYING
    }

    /** Copies lists and maps. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public Replica(
            String id,
            MachineId machine,
            Purpose purpose,
            Position point,
            NetworkChoice network,
            State state,
            @Nullable Progress hydration,
            Map<String, String> connections,
            long createdMillis) {
        this.id = id;
        this.machine = machine;
        this.purpose = purpose;
        this.point = point;
        this.network = network;
        this.state = state;
        this.hydration = hydration;
        this.connections = Map.copyOf(connections);
        this.createdMillis = createdMillis;
    }
}
