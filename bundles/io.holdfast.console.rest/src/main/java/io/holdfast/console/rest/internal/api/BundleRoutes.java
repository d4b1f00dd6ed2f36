package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.configserver.BundleControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bundles of the node. */
final class BundleRoutes {

    private static final String BUNDLES = Routes.API + "/bundles";
    private static final String BUNDLE = BUNDLES + "/{bundle}";

    private final BundleControl bundles;

    BundleRoutes(BundleControl bundles) {
        this.bundles = bundles;
    }

    List<Route> routes() {
        return List.of(
                Route.of("listBundles", GET, BUNDLES, USER, call -> Reply.ok(bundles.list(call.caller()))),
                Route.of("stopBundle", POST, BUNDLE + "/stop", USER, this::stop),
                Route.of("startBundle", POST, BUNDLE + "/start", USER, this::start),
                Route.of("restartBundle", POST, BUNDLE + "/restart", USER, this::restart));
    }

    private Reply stop(Call call) {
        bundles.stop(call.caller(), call.path("bundle"));
        return Reply.done();
    }

    private Reply start(Call call) {
        bundles.start(call.caller(), call.path("bundle"));
        return Reply.done();
    }

    private Reply restart(Call call) {
        int pauseSeconds = Given.or(call.body(Restart.class).pauseSeconds(), 0);
        bundles.restart(call.caller(), call.path("bundle"), pauseSeconds);
        return Reply.done();
    }

    record Restart(@Nullable Integer pauseSeconds) {}
}
