package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.FailoverControl;
import io.holdfast.configserver.FailoverRequest;
import io.holdfast.configserver.MachineControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Test failover, failover, and what follows each. */
final class FailoverRoutes {

    private static final String MACHINE = Routes.API + "/machines/{machine}";

    private static final PointChoice LATEST = new PointChoice.Latest();
    private static final NetworkChoice ISOLATED = new NetworkChoice.Isolated();

    private final MachineControl machines;
    private final FailoverControl failovers;

    FailoverRoutes(MachineControl machines, FailoverControl failovers) {
        this.machines = machines;
        this.failovers = failovers;
    }

    List<Route> routes() {
        return List.of(
                Route.of("testFailover", POST, MACHINE + "/test-failover", USER, this::test),
                Route.of("cleanUpTestFailover", POST, MACHINE + "/test-failover/clean-up", USER, this::cleanUp),
                Route.of("failover", POST, MACHINE + "/failover", USER, this::failover),
                Route.of("cancelFailover", POST, MACHINE + "/failover/cancel", USER, this::cancel),
                Route.of("commitFailover", POST, MACHINE + "/failover/commit", USER, this::commit));
    }

    private Reply test(Call call) {
        Test body = call.body(Test.class);
        return Reply.accepted(JobBody.of(failovers.testFailover(
                call.caller(), machine(call), Given.or(body.point(), LATEST), Given.or(body.network(), ISOLATED))));
    }

    private Reply cleanUp(Call call) {
        return Reply.accepted(JobBody.of(failovers.cleanUpTestFailover(call.caller(), machine(call))));
    }

    private Reply failover(Call call) {
        Failover body = call.body(Failover.class);
        FailoverRequest request = new FailoverRequest(
                Given.or(body.point(), LATEST), Given.or(body.network(), ISOLATED), Given.or(body.force(), false));
        return Reply.accepted(JobBody.of(failovers.failover(call.caller(), machine(call), request)));
    }

    private Reply cancel(Call call) {
        return Reply.accepted(JobBody.of(failovers.cancelFailover(call.caller(), machine(call))));
    }

    private Reply commit(Call call) {
        return Reply.accepted(JobBody.of(failovers.commitFailover(call.caller(), machine(call))));
    }

    private MachineId machine(Call call) {
        return MachineRoutes.machine(machines, call);
    }

    record Test(@Nullable PointChoice point, @Nullable NetworkChoice network) {}

    record Failover(
            @Nullable PointChoice point,
            @Nullable NetworkChoice network,
            @Nullable Boolean force) {}
}
