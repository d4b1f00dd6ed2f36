package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.PUBLIC;
import static io.holdfast.console.rest.internal.http.Access.SIGNED_IN;
import static io.holdfast.console.rest.internal.http.HttpMethod.DELETE;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;
import static io.holdfast.console.rest.internal.http.HttpMethod.PUT;

import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.SessionView;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.model.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and the caller's own password. */
final class SessionRoutes {

    private static final String SESSION = Routes.API + "/session";

    private final AccessControl access;

    SessionRoutes(AccessControl access) {
        this.access = access;
    }

    List<Route> routes() {
        return List.of(
                Route.of("signIn", POST, SESSION, PUBLIC, this::signIn),
                Route.of("getSession", GET, SESSION, SIGNED_IN, SessionRoutes::session),
                Route.of("signOut", DELETE, SESSION, SIGNED_IN, this::signOut),
                Route.of("changePassword", PUT, SESSION + "/password", SIGNED_IN, this::changePassword));
    }

    private Reply signIn(Call call) {
        SignIn body = call.body(SignIn.class);
        SessionView session;
        try {
            session =
                    access.signIn(body.user(), body.password(), call.incoming().remoteAddress());
        } finally {
            Arrays.fill(body.password(), ' ');
        }
        boolean cookie = Given.or(body.cookie(), false);
        Opened opened = new Opened(
                session.user(),
                session.role(),
                session.passwordChangeRequired(),
                session.idleMillisMax(),
                session.expiresMillis(),
                cookie ? null : session.token(),
                cookie ? SessionCookie.secondProof(session.token()) : null);
        return new Reply.Json(201, opened, cookie ? SessionCookie.set(session.token()) : Map.of());
    }

    private static Reply session(Call call) {
        Caller caller = call.caller();
        boolean cookie = SessionCookie.of(call.incoming()).isPresent();
        return Reply.ok(new Present(
                caller.user(),
                caller.role(),
                caller.passwordChangeRequired(),
                cookie ? SessionCookie.secondProof(call.signedIn().token()) : null));
    }

    private Reply signOut(Call call) {
        access.signOut(call.signedIn().token());
        return new Reply.Done(SessionCookie.clear());
    }

    private Reply changePassword(Call call) {
        ChangePassword body = call.body(ChangePassword.class);
        try {
            access.changePassword(call.caller(), call.signedIn().token(), body.present(), body.next());
            return Reply.done();
        } finally {
            Arrays.fill(body.present(), ' ');
            Arrays.fill(body.next(), ' ');
        }
    }

    record SignIn(String user, char[] password, @Nullable Boolean cookie) {}

    record Opened(
            String user,
            Role role,
            boolean passwordChangeRequired,
            long idleMillisMax,
            long expiresMillis,
            @Nullable String token,
            @Nullable String secondProof) {}

    record Present(
            String user,
            Role role,
            boolean passwordChangeRequired,
            @Nullable String secondProof) {}

    record ChangePassword(char[] present, char[] next) {}
}
