package io.holdfast.console.rest.internal.http;

import java.util.Optional;

/** Decides who may call what. Thread-safe. */
@FunctionalInterface
public interface Gate {

    /**
     * Looks at who calls.
     *
     * @param incoming the request
     * @param route what it asks for
     * @return the user with the session; nothing when the route is for anybody or for agents
     * @throws io.holdfast.base.HoldfastException {@code NOT_AUTHENTICATED}, {@code NOT_AUTHORISED} for a browser without its second proof, {@code
     *     PASSWORD_CHANGE_REQUIRED}
     */
    Optional<SignedIn> admit(Incoming incoming, Route route);
}
