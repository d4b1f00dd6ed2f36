package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent as it stands now.
 *
 * @param id its identity
 * @param name what people call it
 * @param version as last told; empty before
 * @param state heard of within 5 seconds or not
 * @param silentMillis time since it was last heard of, by the appliance's monotonic clock; null when not since the appliance's start
 * @param certificateExpiresMillis when its certificate ends
 * @param machines machines it captures
 * @since 1.0
 */
public record AgentView(
        String id,
        String name,
        String version,
        State state,
        @Nullable Long silentMillis,
        long certificateExpiresMillis,
        List<MachineId> machines) {

    /** Whether an agent is heard of. */
    public enum State {
        CONNECTED,
        /** Not heard of for 5 seconds. */
        LOST
    }

    /** Copies lists and maps. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public AgentView(
            String id,
            String name,
            String version,
            State state,
            @Nullable Long silentMillis,
            long certificateExpiresMillis,
            List<MachineId> machines) {
        this.id = id;
        this.name = name;
        this.version = version;
        this.state = state;
        this.silentMillis = silentMillis;
        this.certificateExpiresMillis = certificateExpiresMillis;
        this.machines = List.copyOf(machines);
    }
}
