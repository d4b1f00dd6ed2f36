package io.holdfast.console.rest.internal.api;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.Caller;
import io.holdfast.console.rest.internal.http.Access;
import io.holdfast.console.rest.internal.http.Gate;
import io.holdfast.console.rest.internal.http.Incoming;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.console.rest.internal.http.SignedIn;
import java.util.Optional;

/**
 * Asks everybody for a session, but agents for a certificate. A session comes as a bearer token from programs or as a cookie from browsers;
 * a browser also has to show the second proof when it changes something.
 */
public final class SessionGate implements Gate {

    private static final String BEARER = "Bearer ";

    private final AccessControl access;

    /**
     * Creates the gate.
     *
     * @param access knows the sessions
     */
    public SessionGate(AccessControl access) {
        this.access = access;
    }

    @Override
    public Optional<SignedIn> admit(Incoming incoming, Route route) {
        return switch (route.access()) {
            case PUBLIC -> Optional.empty();
            case AGENT -> {
                if (incoming.peerCertificates().isEmpty()) {
                    throw new HoldfastException(
                            ErrorCode.NOT_AUTHENTICATED,
                            "client certificate",
                            "none was shown; expected one of our authority, got by enrolment");
                }
                yield Optional.empty();
            }
            case SIGNED_IN, USER -> Optional.of(signedIn(incoming, route));
        };
    }

    private SignedIn signedIn(Incoming incoming, Route route) {
        Optional<String> bearer = bearer(incoming);
        Optional<String> cookie = SessionCookie.of(incoming);
        String token = bearer.or(() -> cookie)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_AUTHENTICATED,
                        "session",
                        "none was given; expected a sign-in at POST /api/v1/session"));
        Caller caller = access.authenticate(token, incoming.remoteAddress());
        if (bearer.isEmpty() && route.method().mutating() && !SessionCookie.proves(incoming, token)) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHORISED,
                    SessionCookie.PROOF_HEADER,
                    "missing or wrong; expected the secondProof that GET /api/v1/session tells");
        }
        if (caller.passwordChangeRequired() && route.access() != Access.SIGNED_IN) {
            throw new HoldfastException(
                    ErrorCode.PASSWORD_CHANGE_REQUIRED,
                    "user " + caller.user(),
                    "the password was set by somebody else; expected a change of it before anything else (holdfastctl passwd)");
        }
        return new SignedIn(caller, token);
    }

    private static Optional<String> bearer(Incoming incoming) {
        return incoming.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .filter(value -> !value.isEmpty());
    }
}
