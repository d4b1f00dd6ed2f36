package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.DELETE;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.configserver.AgentControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Agents, as operators see them, and the tokens with which new ones enrol. */
final class AgentRoutes {

    private static final String AGENTS = Routes.API + "/agents";
    private static final int TOKEN_MINUTES_USUAL = 60;

    private final AgentControl agents;

    AgentRoutes(AgentControl agents) {
        this.agents = agents;
    }

    List<Route> routes() {
        return List.of(
                Route.of("listAgents", GET, AGENTS, USER, call -> Reply.ok(agents.list(call.caller()))),
                Route.of("removeAgent", DELETE, AGENTS + "/{agent}", USER, this::remove),
                Route.of("createEnrolmentToken", POST, Routes.API + "/enrolment-tokens", USER, this::createToken));
    }

    private Reply remove(Call call) {
        agents.remove(call.caller(), call.path("agent"));
        return Reply.done();
    }

    private Reply createToken(Call call) {
        Token body = call.body(Token.class);
        int minutes = Given.or(body.validMinutes(), TOKEN_MINUTES_USUAL);
        return Reply.created(agents.createToken(call.caller(), minutes));
    }

    record Token(@Nullable Integer validMinutes) {}
}
