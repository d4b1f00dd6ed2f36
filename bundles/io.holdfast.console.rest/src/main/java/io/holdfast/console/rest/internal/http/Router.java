package io.holdfast.console.rest.internal.http;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the route of a request. A literal path wins over one with named places. Immutable. */
public final class Router {

    private final List<Route> routes;

    /**
     * Creates the router.
     *
     * @param routes no two of them with one method and equal templates
     */
    public Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
        TreeSet<String> seen = new TreeSet<>();
        TreeSet<String> operations = new TreeSet<>();
        for (Route route : routes) {
            if (!seen.add(route.method() + " " + route.path()) || !operations.add(route.operation())) {
                throw new IllegalArgumentException(
                        "two routes for " + route.method() + " " + route.path() + " or named " + route.operation());
            }
        }
    }

    /**
     * Finds the route of a request.
     *
     * @param methodName as received
     * @param path decoded
     * @return the route with the values of its path, or why there is none
     */
    public Result find(String methodName, String path) {
        TreeSet<String> otherMethods = new TreeSet<>();
        Result best = new NotFound(path);
        for (Route route : routes) {
            Map<String, String> values = route.path().match(path).orElse(null);
            if (values == null) {
                continue;
            }
            if (!route.method().name().equals(methodName)) {
                otherMethods.add(route.method().name());
            } else if (!(best instanceof Found found)
                    || values.size() < found.pathValues().size()) {
                best = new Found(route, values);
            }
        }
        if (best instanceof NotFound && !otherMethods.isEmpty()) {
            return new WrongMethod(methodName, path, String.join(", ", otherMethods));
        }
        return best;
    }

    /**
     * Lists what this router knows.
     *
     * @return all routes
     */
    public List<Route> routes() {
        return routes;
    }

    /** What came of looking for a route. */
    public sealed interface Result {}

    /**
     * There is one.
     *
     * @param route the route
     * @param pathValues the values of its named places
     */
    public record Found(Route route, Map<String, String> pathValues) implements Result {

        public Found {
            pathValues = Map.copyOf(pathValues);
        }
    }

    /**
     * Nothing is at that path.
     *
     * @param path as asked
     */
    public record NotFound(String path) implements Result {

        /**
         * Says so.
         *
         * @return the error
         */
        public HoldfastException error() {
            return new HoldfastException(
                    ErrorCode.NOT_FOUND,
                    path,
                    "there is nothing at this path; /api/v1/openapi.json lists what there is");
        }
    }

    /**
     * The path is there for other methods.
     *
     * @param method as asked
     * @param path as asked
     * @param allowed what would be right, joined by commas
     */
    public record WrongMethod(String method, String path, String allowed) implements Result {

        /**
         * Says so.
         *
         * @return the error
         */
        public HoldfastException error() {
            return new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, path, method + " is not possible here; expected " + allowed);
        }
    }
}
