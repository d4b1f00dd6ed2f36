package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.DELETE;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.configserver.AccessControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.model.Role;
import java.util.Arrays;
import java.util.List;

/** Users and the audit log. */
final class UserRoutes {

    private static final String USERS = Routes.API + "/users";
    private static final int AUDIT_USUAL = 100;

    private final AccessControl access;

    UserRoutes(AccessControl access) {
        this.access = access;
    }

    List<Route> routes() {
        return List.of(
                Route.of("listUsers", GET, USERS, USER, call -> Reply.ok(access.users(call.caller()))),
                Route.of("createUser", POST, USERS, USER, this::create),
                Route.of("deleteUser", DELETE, USERS + "/{user}", USER, this::delete),
                Route.of("listAudit", GET, Routes.API + "/audit", USER, this::audit)
                        .withQuery("before", "limit"));
    }

    private Reply create(Call call) {
        Create body = call.body(Create.class);
        try {
            return Reply.created(access.createUser(call.caller(), body.name(), body.role(), body.password()));
        } finally {
            Arrays.fill(body.password(), ' ');
        }
    }

    private Reply delete(Call call) {
        access.deleteUser(call.caller(), call.path("user"));
        return Reply.done();
    }

    private Reply audit(Call call) {
        long before = call.query().number("before", 1, Long.MAX_VALUE, Long.MAX_VALUE);
        int limit = Math.toIntExact(call.query().number("limit", 1, AccessControl.AUDIT_MAX, AUDIT_USUAL));
        return Reply.ok(access.audit(call.caller(), before, limit));
    }

    record Create(String name, Role role, char[] password) {}
}
