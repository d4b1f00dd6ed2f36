package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.configserver.AnchorControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.util.List;

/** Anchors of the recovery store. */
final class AnchorRoutes {

    /** An anchor of 2,000 machines, each with the proof of its growth. */
    private static final int ANCHOR_BODY_BYTES_MAX = 8 << 20;

    private static final String ANCHORS = Routes.API + "/anchors";

    private final AnchorControl anchors;

    AnchorRoutes(AnchorControl anchors) {
        this.anchors = anchors;
    }

    List<Route> routes() {
        return List.of(
                Route.of("getAnchor", GET, ANCHORS, USER, call -> Reply.ok(anchors.make(call.caller()))),
                Route.of("compareAnchor", POST, ANCHORS + "/compare", USER, this::compare)
                        .withBody(ANCHOR_BODY_BYTES_MAX));
    }

    private Reply compare(Call call) {
        return Reply.ok(anchors.compare(call.caller(), call.body(Compare.class).anchor()));
    }

    record Compare(String anchor) {}
}
