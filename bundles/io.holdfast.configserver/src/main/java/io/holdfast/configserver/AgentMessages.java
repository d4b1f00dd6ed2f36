package io.holdfast.configserver;

import io.holdfast.model.AgentError;
import io.holdfast.model.MachineStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code docs/protocol/agent.md}, field by field.
 *
 * @since 1.0
 */
public final class AgentMessages {

    /** The most statuses, results or commands in one message. */
    public static final int ENTRIES_MAX = 2_000;

    /** The most characters of one result. */
    public static final int RESULT_LENGTH_MAX = 30_000;

    /** The longest a poll may wait. */
    public static final int WAIT_MILLIS_MAX = 30_000;

    private AgentMessages() {}

    /**
     * An agent asks to be taken in, or for a new certificate.
     *
     * @param token from the console, or null for a renewal with the present certificate
     * @param name what people shall call the agent
     * @param csr PKCS #10 request, PEM
     */
    public record EnrolRequest(@Nullable String token, String name, String csr) {

        @Override
        public String toString() {
            return "EnrolRequest[name=" + name + "]";
        }
    }

    /**
     * The agent is taken in.
     *
     * @param agent its identity
     * @param certificate PEM
     * @param chain certificates above it, PEM, one after another
     */
    public record EnrolAnswer(String agent, String certificate, String chain) {}

    /**
     * An agent reports and asks for work.
     *
     * @param agent its identity
     * @param name what people call it
     * @param version of its software
     * @param waitMillis how long the answer may wait for a command, 0 to {@link #WAIT_MILLIS_MAX}
     * @param since how long before the statuses were taken the last answer had come, or null when there is none
     * @param machines status of each machine it captures
     * @param results of commands handed out before
     */
    public record PollRequest(
            String agent,
            String name,
            String version,
            int waitMillis,
            @Nullable Since since,
            List<MachineStatus> machines,
            List<CommandResult> results) {

        public PollRequest {
            machines = List.copyOf(machines);
            results = List.copyOf(results);
        }
    }

    /**
     * How statuses are dated without comparing the clocks of two machines: they are no older than that answer and what has passed since.
     *
     * @param moment as in the last {@link PollAnswer}
     * @param millis from the receipt of that answer until the statuses were taken, rounded down
     */
    public record Since(long moment, long millis) {}

    /**
     * What came of a command.
     *
     * @param command its id
     * @param ok whether it was done
     * @param error why not, or null when it was
     * @param result JSON value of the command's kind, as text; or null
     */
    public record CommandResult(
            String command,
            boolean ok,
            @Nullable AgentError error,
            @Nullable String result) {}

    /**
     * Work.
     *
     * @param commands oldest first
     * @param moment when this was answered, for {@link Since}; means something to the server alone
     */
    public record PollAnswer(List<AgentCommand> commands, long moment) {

        public PollAnswer {
            commands = List.copyOf(commands);
        }
    }

    /**
     * One command.
     *
     * @param id handed out again with the same id until answered
     * @param kind {@code inspect}, {@code protect}, {@code unprotect}, {@code pause}, {@code resume}, {@code marker}, {@code drain}, {@code
     *     release} or {@code resynchronise}
     * @param machine id of the machine; empty for {@code inspect}
     * @param arguments JSON object of the command's kind, as values that Jackson writes
     */
    public record AgentCommand(String id, String kind, String machine, Map<String, Object> arguments) {

        public AgentCommand {
            arguments = Map.copyOf(arguments);
        }
    }
}
