package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.util.List;
import java.util.Map;

/** Agents and enrolment tokens. */
final class AgentCommands {

    private static final int MINUTES_MOST = 1_440;
    private static final int MINUTES_USUAL = 60;

    private AgentCommands() {}

    static List<Command> all() {
        Spec list = Spec.of("agents", "List the agents");
        return List.of(
                new Command(list, AgentCommands::list),
                new Command(Spec.of("agents list", list.summary()), AgentCommands::list),
                new Command(
                        Spec.of("agents remove", "Forget an agent and refuse its certificate from now on")
                                .with("AGENT", "name or id"),
                        AgentCommands::remove),
                new Command(
                        Spec.of("token", "Make a token with which one agent can enrol once")
                                .withOption(
                                        "minutes", "N", "how long it can be used; " + MINUTES_USUAL + " when left out")
                                .withDetail("It is shown this once."),
                        AgentCommands::token));
    }

    private static ExitCode list(Context context) {
        JsonNode agents = context.client().get("/agents");
        return context.show(agents, out -> {
            Table table = new Table("NAME", "STATE", "SILENT FOR", "VERSION", "MACHINES", "CERTIFICATE UNTIL", "ID");
            agents.forEach(agent -> table.row(
                    agent.path("name").asText(),
                    Words.name(agent.path("state")),
                    agent.has("silentMillis")
                            ? Words.duration(agent.path("silentMillis").asLong())
                            : "-",
                    Words.text(agent.path("version")),
                    Integer.toString(agent.path("machines").size()),
                    Words.time(agent.path("certificateExpiresMillis")),
                    agent.path("id").asText()));
            table.print(out, "No agent has enrolled yet; see holdfastctl token --help.");
        });
    }

    private static ExitCode remove(Context context) {
        String agent = context.arguments().get("AGENT");
        context.client().call("DELETE", "/agents/" + ApiClient.encode(agent));
        return context.say("Agent " + agent + " was removed.");
    }

    private static ExitCode token(Context context) {
        int minutes = context.arguments().number("minutes", 1, MINUTES_MOST).orElse(MINUTES_USUAL);
        JsonNode token = context.client().call("POST", "/enrolment-tokens", Map.of("validMinutes", minutes));
        return context.show(token, out -> {
            out.println("Token        " + token.path("token").asText());
            out.println("Valid until  " + Words.time(token.path("expiresMillis")));
            out.println("Authority    " + token.path("authorityFingerprint").asText());
        });
    }
}
