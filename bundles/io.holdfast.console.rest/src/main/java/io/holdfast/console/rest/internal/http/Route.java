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
 * @param action what it does
 */
public record Route(
        String operation, HttpMethod method, PathTemplate path, Access access, Set<String> queryNames, Action action) {

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
        return new Route(operation, method, new PathTemplate(path), access, Set.of(), action);
    }

    /**
     * The same route with query parameters.
     *
     * @param names those it understands
     * @return a copy
     */
    public Route withQuery(String... names) {
        return new Route(operation, method, path, access, Set.of(names), action);
    }
}
