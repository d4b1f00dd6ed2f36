package io.holdfast.console.rest.internal.http;

import io.holdfast.configserver.Caller;

/**
 * A caller with the session that proves who it is.
 *
 * @param caller who
 * @param token the secret of the session
 */
public record SignedIn(Caller caller, String token) {

    @Override
    public String toString() {
        return "SignedIn[caller=" + caller.user() + "]";
    }
}
