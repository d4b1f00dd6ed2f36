package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.PUBLIC;
import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;

import io.holdfast.configserver.ControlService;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The appliance as a whole, and the document that describes this interface. */
final class ServerRoutes {

    private static final String DOCUMENT = "/openapi.json";

    private final ControlService control;
    private final byte[] document;

    ServerRoutes(ControlService control) {
        this.control = control;
        this.document = load();
    }

    List<Route> routes() {
        return List.of(
                Route.of("getHealth", GET, Routes.API + "/health", PUBLIC, _ -> Reply.ok(new Health(true))),
                Route.of(
                        "getSetup",
                        GET,
                        Routes.API + "/setup",
                        PUBLIC,
                        _ -> Reply.ok(control.health().setup())),
                Route.of(
                        "getOpenApi",
                        GET,
                        Routes.API + DOCUMENT,
                        PUBLIC,
                        _ -> new Reply.Bytes("application/json", document)),
                Route.of(
                        "getStatus",
                        GET,
                        Routes.API + "/status",
                        USER,
                        call -> Reply.ok(control.health().check(call.caller()))),
                Route.of(
                        "getSpace",
                        GET,
                        Routes.API + "/space",
                        USER,
                        call -> Reply.ok(control.health().space(call.caller()))));
    }

    private static byte[] load() {
        try (InputStream in = ServerRoutes.class.getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new IllegalStateException("the bundle lacks " + DOCUMENT);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + DOCUMENT + " of the bundle", e);
        }
    }

    record Health(boolean up) {}
}
