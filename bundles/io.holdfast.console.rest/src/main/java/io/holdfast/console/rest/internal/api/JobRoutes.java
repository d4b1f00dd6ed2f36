package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.JobControl;
import io.holdfast.configserver.MachineControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import io.holdfast.model.JobId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jobs. */
final class JobRoutes {

    private static final String JOBS = Routes.API + "/jobs";
    private static final String JOB = JOBS + "/{job}";
    private static final int JOBS_USUAL = 50;

    private final MachineControl machines;
    private final JobControl jobs;

    JobRoutes(MachineControl machines, JobControl jobs) {
        this.machines = machines;
        this.jobs = jobs;
    }

    List<Route> routes() {
        return List.of(
                Route.of("listJobs", GET, JOBS, USER, this::list).withQuery("machine", "limit"),
                Route.of("getJob", GET, JOB, USER, call -> Reply.ok(JobBody.of(jobs.get(call.caller(), job(call))))),
                Route.of(
                        "retryJob",
                        POST,
                        JOB + "/retry",
                        USER,
                        call -> Reply.accepted(JobBody.of(jobs.retry(call.caller(), job(call))))),
                Route.of(
                        "cancelJob",
                        POST,
                        JOB + "/cancel",
                        USER,
                        call -> Reply.accepted(JobBody.of(jobs.cancel(call.caller(), job(call))))));
    }

    private Reply list(Call call) {
        Optional<String> asked = call.query().text("machine");
        @Nullable
        MachineId machine = asked.isEmpty()
                ? null
                : machines.find(call.caller(), asked.get()).id();
        int limit = Math.toIntExact(call.query().number("limit", 1, JobControl.JOBS_MAX, JOBS_USUAL));
        return Reply.ok(jobs.list(call.caller(), machine, limit).stream()
                .map(JobBody::of)
                .toList());
    }

    private static JobId job(Call call) {
        return JobId.parse(call.path("job"));
    }
}
