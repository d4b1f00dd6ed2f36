package io.holdfast.console.rest.internal.http;

import java.util.Optional;

/** The methods that routes use. */
public enum HttpMethod {
    GET(false),
    POST(true),
    PUT(true),
    DELETE(true);

    private final boolean mutating;

    HttpMethod(boolean mutating) {
        this.mutating = mutating;
    }

    /**
     * Tells whether a call may change something, so that a browser's session needs its second proof.
     *
     * @return false for GET only
     */
    public boolean mutating() {
        return mutating;
    }

    /**
     * Finds a method by its name on the wire.
     *
     * @param name as received, case-sensitive
     * @return the method, or nothing when no route could use it
     */
    public static Optional<HttpMethod> find(String name) {
        for (HttpMethod method : values()) {
            if (method.name().equals(name)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
