package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;

import io.holdfast.configserver.ControlService;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.util.List;

/** Live changes. */
final class EventRoutes {

    private final ControlService control;

    EventRoutes(ControlService control) {
        this.control = control;
    }

    List<Route> routes() {
        return List.of(Route.of("streamEvents", GET, Routes.API + "/events", USER, this::stream));
    }

    private Reply stream(Call call) {
        return new Reply.Events(
                new ControlFeed(control.events().subscribe(call.caller()), control.access(), call.signedIn()));
    }
}
