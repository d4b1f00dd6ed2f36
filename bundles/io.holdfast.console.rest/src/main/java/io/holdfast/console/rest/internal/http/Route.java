package io.holdfast.console.rest.internal.http;

import java.util.Set;

/**
 * One operation of the interface.
 *
 * @param operation its name in the OpenAPI document, unique
 * @param method how it is asked for
 * @param path where
 * @param access by whom
 * @param queryNames the query parameters it understands; others are refused
 * @param bodyBytesMax the longest body it reads
 * @param action what it does
 */
public record Route(
        String operation,
        HttpMethod method,
        PathTemplate path,
        Access access,
        Set<String> queryNames,
        int bodyBytesMax,
        Action action) {

    /** No message of a person's comes near it. */
    private static final int BODY_BYTES_USUAL = 64 * 1024;

    /** An agent reports up to 2,000 machines at once. */
    private static final int AGENT_BODY_BYTES_MAX = 4 * 1024 * 1024;

    public Route {
        queryNames = Set.copyOf(queryNames);
    }

    /**
     * Creates a route that understands no query parameters.
     *
     * @param operation its name in the OpenAPI document, unique
     * @param method how it is asked for
     * @param path the text of its template
     * @param access by whom
     * @param action what it does
     * @return the route
     */
    public static Route of(String operation, HttpMethod method, String path, Access access, Action action) {
        int bodyBytesMax = access == Access.AGENT ? AGENT_BODY_BYTES_MAX : BODY_BYTES_USUAL;
        return new Route(operation, method, new PathTemplate(path), access, Set.of(), bodyBytesMax, action);
    }

    /**
     * The same route with query parameters.
     *
     * @param names those it understands
     * @return a copy
     */
    public Route withQuery(String... names) {
        return new Route(operation, method, path, access, Set.of(names), bodyBytesMax, action);
    }

    /**
     * The same route with a longer body.
     *
     * @param bytesMax the longest
     * @return a copy
     */
    public Route withBody(int bytesMax) {
        return new Route(operation, method, path, access, queryNames, bytesMax, action);
    }
}
