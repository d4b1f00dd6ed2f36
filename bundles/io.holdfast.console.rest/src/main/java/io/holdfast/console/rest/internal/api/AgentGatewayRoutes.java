package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.AGENT;
import static io.holdfast.console.rest.internal.http.Access.PUBLIC;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.util.List;

/** What agents call: enrolment with a token or a certificate, polling with a certificate. */
final class AgentGatewayRoutes {

    private final AgentGateway gateway;

    AgentGatewayRoutes(AgentGateway gateway) {
        this.gateway = gateway;
    }

    List<Route> routes() {
        return List.of(
                Route.of("enrol", POST, "/agent/v1/enrol", PUBLIC, this::enrol),
                Route.of("poll", POST, "/agent/v1/poll", AGENT, this::poll));
    }

    private Reply enrol(Call call) {
        AgentMessages.EnrolRequest request = call.body(AgentMessages.EnrolRequest.class);
        return Reply.ok(gateway.enrol(
                request,
                call.incoming().peerCertificates().stream().findFirst().orElse(null),
                call.incoming().remoteAddress()));
    }

    private Reply poll(Call call) {
        AgentMessages.PollRequest request = call.body(AgentMessages.PollRequest.class);
        try {
            return Reply.ok(
                    gateway.poll(request, call.incoming().peerCertificates().getFirst()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(
                    ErrorCode.OVERLOADED, "server", "it is stopping; expected a poll after its start", e);
        }
    }
}
