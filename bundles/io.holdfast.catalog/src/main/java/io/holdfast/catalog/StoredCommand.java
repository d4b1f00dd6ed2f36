package io.holdfast.catalog;

import io.holdfast.model.AgentError;
import org.jspecify.annotations.Nullable;

/**
 * Something an agent was told to do. Kept until its owner has read the answer.
 *
 * @param id given to the agent; the same command has the same id however often it is handed out
 * @param owner what waits for the answer: a job's id, or another text
 * @param agent the agent's id
 * @param machine the machine's id, or the empty string
 * @param kind of {@code docs/protocol/agent.md}
 * @param arguments JSON object
 * @param createdMillis by the appliance's clock
 * @param answer what came back, or null before
 * @since 1.0
 */
public record StoredCommand(
        String id,
        String owner,
        String agent,
        String machine,
        String kind,
        String arguments,
        long createdMillis,
        @Nullable Answer answer) {

    /**
     * What came back.
     *
     * @param error why it was not done, or null when it was
     * @param result JSON value, or null
     */
    public record Answer(
            @Nullable AgentError error, @Nullable String result) {}
}
