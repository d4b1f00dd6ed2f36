package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;
import static io.holdfast.console.rest.internal.http.HttpMethod.PUT;

import io.holdfast.base.MachineId;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.configserver.MachineControl;
import io.holdfast.configserver.PointQuery;
import io.holdfast.configserver.ProtectRequest;
import io.holdfast.configserver.Retention;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.PointChoice;
import io.holdfast.model.Policy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Machines, their protection and their recovery points. */
final class MachineRoutes {

    private static final String MACHINES = Routes.API + "/machines";
    private static final String MACHINE = MACHINES + "/{machine}";
    private static final int POINTS_USUAL = 100;

    private final MachineControl machines;

    MachineRoutes(MachineControl machines) {
        this.machines = machines;
    }

    List<Route> routes() {
        return List.of(
                Route.of("listMachines", GET, MACHINES, USER, call -> Reply.ok(machines.list(call.caller()))),
                Route.of("protectMachine", POST, MACHINES, USER, this::protect),
                Route.of("inspectMachine", POST, Routes.API + "/inspections", USER, this::inspect),
                Route.of("getMachine", GET, MACHINE, USER, this::get),
                Route.of("pauseMachine", POST, MACHINE + "/pause", USER, this::pause),
                Route.of("resumeMachine", POST, MACHINE + "/resume", USER, this::resume),
                Route.of("markMachine", POST, MACHINE + "/markers", USER, this::mark),
                Route.of("resynchroniseMachine", POST, MACHINE + "/resynchronise", USER, this::resynchronise),
                Route.of("unprotectMachine", POST, MACHINE + "/unprotect", USER, this::unprotect),
                Route.of("listPoints", GET, MACHINE + "/points", USER, this::points)
                        .withQuery("from", "to", "limit", "markersOnly"),
                Route.of("findPoint", GET, MACHINE + "/points/{point}", USER, this::point),
                Route.of("getRetention", GET, MACHINE + "/retention", USER, this::space),
                Route.of("setRetention", PUT, MACHINE + "/retention", USER, this::retain));
    }

    /**
     * Finds out which machine a path means.
     *
     * @param machines to look in
     * @param call whose path names it, by name or id
     * @return its id
     */
    static MachineId machine(MachineControl machines, Call call) {
        return machines.find(call.caller(), call.path("machine")).id();
    }

    private Reply get(Call call) {
        return Reply.ok(machines.find(call.caller(), call.path("machine")));
    }

    private Reply protect(Call call) {
        Protect body = call.body(Protect.class);
        String bootSign = Given.or(body.bootSign(), "");
        ProtectRequest request =
                new ProtectRequest(body.name(), body.agent(), body.address(), policy(body.policy()), bootSign);
        return Reply.accepted(JobBody.of(machines.protect(call.caller(), request)));
    }

    private static Policy policy(@Nullable Wishes wishes) {
        Policy usual = Policy.DEFAULT;
        return wishes == null
                ? usual
                : new Policy(
                        Given.or(wishes.rpoGoalMillis(), usual.rpoGoalMillis()),
                        Given.or(wishes.stallLimitMillis(), usual.stallLimitMillis()),
                        Given.or(wishes.writeBoundMillis(), usual.writeBoundMillis()),
                        Given.or(wishes.logBytesMax(), usual.logBytesMax()));
    }

    private Reply inspect(Call call) {
        Inspect body = call.body(Inspect.class);
        return Reply.ok(machines.inspect(call.caller(), body.agent(), body.address()));
    }

    private Reply pause(Call call) {
        Pause body = call.body(Pause.class);
        int minutes = Given.or(body.minutes(), 0);
        return Reply.accepted(JobBody.of(machines.pause(call.caller(), machine(machines, call), minutes)));
    }

    private Reply resume(Call call) {
        return Reply.accepted(JobBody.of(machines.resume(call.caller(), machine(machines, call))));
    }

    private Reply mark(Call call) {
        Mark body = call.body(Mark.class);
        MarkerKind kind = Given.or(body.kind(), MarkerKind.CRASH_CONSISTENT);
        return Reply.accepted(JobBody.of(machines.mark(call.caller(), machine(machines, call), kind, body.label())));
    }

    private Reply resynchronise(Call call) {
        return Reply.accepted(JobBody.of(machines.resynchronise(call.caller(), machine(machines, call))));
    }

    private Reply unprotect(Call call) {
        Unprotect body = call.body(Unprotect.class);
        return Reply.accepted(JobBody.of(machines.unprotect(call.caller(), machine(machines, call), body.history())));
    }

    private Reply points(Call call) {
        PointQuery query = new PointQuery(
                call.query().time("from").map(Instant::toEpochMilli).orElse(0L),
                call.query().time("to").map(Instant::toEpochMilli).orElse(Long.MAX_VALUE),
                Math.toIntExact(call.query().number("limit", 1, MachineControl.POINTS_MAX, POINTS_USUAL)),
                call.query().flag("markersOnly"));
        return Reply.ok(machines.points(call.caller(), machine(machines, call), query));
    }

    private Reply point(Call call) {
        PointChoice choice = PointChoice.parse(call.path("point"));
        return Reply.ok(machines.point(call.caller(), machine(machines, call), choice));
    }

    private Reply space(Call call) {
        return Reply.ok(machines.space(call.caller(), machine(machines, call)));
    }

    private Reply retain(Call call) {
        Retention body = call.body(Retention.class);
        return Reply.ok(machines.retain(call.caller(), machine(machines, call), body));
    }

    record Protect(
            String name,
            String agent,
            MachineAddress address,
            @Nullable Wishes policy,
            @Nullable String bootSign) {}

    record Wishes(
            @Nullable Integer rpoGoalMillis,
            @Nullable Integer stallLimitMillis,
            @Nullable Integer writeBoundMillis,
            @Nullable Long logBytesMax) {}

    record Inspect(String agent, MachineAddress address) {}

    record Pause(@Nullable Integer minutes) {}

    record Mark(@Nullable MarkerKind kind, String label) {}

    record Unprotect(HistoryFate history) {}
}
