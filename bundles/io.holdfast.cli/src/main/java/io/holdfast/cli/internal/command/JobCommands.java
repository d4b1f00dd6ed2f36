package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Arguments;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Jobs. */
final class JobCommands {

    private static final int JOBS_MOST = 500;

    private JobCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Spec.of("jobs", "List jobs, newest first")
                                .withOption("machine", "MACHINE", "only those of this machine: name or id")
                                .withOption("limit", "N", "how many at most; 50 when left out"),
                        JobCommands::list),
                new Command(
                        Jobs.waiting(Spec.of("job", "Show a job with its steps")
                                .with("ID", "as holdfastctl jobs lists it")
                                .withFlag("retry", "have its present step tried again now")
                                .withFlag("cancel", "end it, if nothing would have to be undone")),
                        JobCommands::job));
    }

    private static ExitCode list(Context context) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        context.arguments().find("machine").ifPresent(machine -> query.add("machine=" + ApiClient.encode(machine)));
        context.arguments().number("limit", 1, JOBS_MOST).ifPresent(limit -> query.add("limit=" + limit));
        JsonNode jobs = context.client().get("/jobs" + query);
        return context.show(jobs, out -> {
            Map<String, String> names = Machines.names(context.client().get("/machines"));
            Table table = new Table("STARTED", "MACHINE", "JOB", "STATE", "STEPS", "BY", "ID");
            jobs.forEach(job -> table.row(
                    Words.time(job.path("createdMillis")),
                    names.getOrDefault(job.path("machine").asText(), "(no longer known)"),
                    job.path("title").asText(),
                    Words.name(job.path("state")),
                    done(job.path("steps")) + "/" + job.path("steps").size(),
                    job.path("startedBy").asText(),
                    job.path("id").asText()));
            table.print(out, "There is no job.");
        });
    }

    private static long done(JsonNode steps) {
        long count = 0;
        for (JsonNode step : steps) {
            count += step.path("state").asText().equals("DONE") ? 1 : 0;
        }
        return count;
    }

    private static ExitCode job(Context context) {
        Arguments arguments = context.arguments();
        String path = "/jobs/" + ApiClient.encode(arguments.get("ID"));
        if (arguments.has("retry") && arguments.has("cancel")) {
            throw CliException.usage("--retry", "--retry, --cancel: both given; expected one of them at most");
        }
        if (arguments.has("retry")) {
            return Jobs.begin(context, path + "/retry");
        }
        if (arguments.has("cancel")) {
            context.client().call("POST", path + "/cancel");
            return context.say("The job was cancelled.");
        }
        JsonNode job = context.client().get(path);
        if (arguments.has("wait")) {
            return Jobs.follow(context, job);
        }
        return context.show(job, out -> Jobs.show(out, job));
    }
}
