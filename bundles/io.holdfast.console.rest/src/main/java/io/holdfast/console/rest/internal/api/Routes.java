package io.holdfast.console.rest.internal.api;

import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.ControlService;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.console.rest.internal.http.Router;
import java.util.ArrayList;
import java.util.List;

/** Everything the interface offers. */
public final class Routes {

    /** Where the operations for people and programs begin. */
    static final String API = "/api/v1";

    private Routes() {}

    /**
     * Puts the operations together.
     *
     * @param control what they do for people
     * @param agents what they do for agents
     * @return the router
     */
    public static Router router(ControlService control, AgentGateway agents) {
        List<Route> all = new ArrayList<>();
        all.addAll(new ServerRoutes(control).routes());
        all.addAll(new SessionRoutes(control.access()).routes());
        all.addAll(new MachineRoutes(control.machines()).routes());
        all.addAll(new FailoverRoutes(control.machines(), control.failovers()).routes());
        all.addAll(new JobRoutes(control.machines(), control.jobs()).routes());
        all.addAll(new AgentRoutes(control.agents()).routes());
        all.addAll(new UserRoutes(control.access()).routes());
        all.addAll(new BundleRoutes(control.bundles()).routes());
        all.addAll(new KeyRoutes(control.machines(), control.keys()).routes());
        all.addAll(new AnchorRoutes(control.anchors()).routes());
        all.addAll(new EventRoutes(control).routes());
        all.addAll(new AgentGatewayRoutes(agents).routes());
        return new Router(all);
    }
}
