package io.holdfast.console.rest.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {

    private final Router router = new Router(List.of(
            route("list", HttpMethod.GET, "/machines"),
            route("add", HttpMethod.POST, "/machines"),
            route("find", HttpMethod.GET, "/machines/{machine}"),
            route("newest", HttpMethod.GET, "/machines/newest"),
            route("point", HttpMethod.GET, "/machines/{machine}/points/{point}")));

    @Test
    void findsTheRouteWithTheValuesOfItsPath() {
        assertThat(router.find("GET", "/machines/web-1/points/3:17"))
                .isInstanceOfSatisfying(Router.Found.class, found -> {
                    assertThat(found.route().operation()).isEqualTo("point");
                    assertThat(found.pathValues()).isEqualTo(Map.of("machine", "web-1", "point", "3:17"));
                });
    }

    @Test
    void literalPathWinsOverANamedPlace() {
        assertThat(operation("GET", "/machines/newest")).isEqualTo("newest");
        assertThat(operation("GET", "/machines/other")).isEqualTo("find");
    }

    @Test
    void namedPlaceIsNeverEmpty() {
        assertThat(router.find("GET", "/machines/")).isInstanceOf(Router.NotFound.class);
        assertThat(router.find("GET", "/machines//points/3:17")).isInstanceOf(Router.NotFound.class);
    }

    @Test
    void tellsTheMethodsThatWouldBeRight() {
        assertThat(router.find("DELETE", "/machines"))
                .isInstanceOfSatisfying(
                        Router.WrongMethod.class,
                        wrong -> assertThat(wrong.allowed()).isEqualTo("GET, POST"));
    }

    @Test
    void methodIsCaseSensitive() {
        assertThat(router.find("get", "/machines")).isInstanceOf(Router.WrongMethod.class);
    }

    @Test
    void refusesTwoRoutesForTheSame() {
        List<Route> twice = List.of(route("a", HttpMethod.GET, "/x"), route("b", HttpMethod.GET, "/x"));

        assertThatThrownBy(() -> new Router(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GET /x");
    }

    private String operation(String method, String path) {
        return router.find(method, path) instanceof Router.Found found
                ? found.route().operation()
                : "";
    }

    private static Route route(String operation, HttpMethod method, String path) {
        return Route.of(operation, method, path, Access.PUBLIC, _ -> Reply.done());
    }
}
