package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.ProgressLine;
import io.holdfast.cli.internal.output.Words;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Starting jobs, waiting for them, showing them. */
final class Jobs {

    private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
    private static final long LOOK_NANOS = Duration.ofMillis(300).toNanos();

    /** An appliance that restarts or is updated is back long before. */
    private static final Duration SILENCE_MAX = Duration.ofMinutes(5);

    private Jobs() {}

    /** Adds to a command that it can wait for its job. */
    static Spec waiting(Spec spec) {
        return spec.withFlag("wait", "wait until the job has ended, and show how far it is")
                .withOption(
                        "timeout",
                        "TIME",
                        "with --wait: give up waiting after so long, for example 15min; the job goes on");
    }

    /** Starts a job that needs no words. */
    static ExitCode begin(Context context, String path) {
        return follow(context, context.client().call("POST", path));
    }

    /** Starts a job. */
    static ExitCode begin(Context context, String path, Map<String, ?> body) {
        return follow(context, context.client().call("POST", path, body));
    }

    /** Waits for a job if that was asked, then shows it. */
    static ExitCode follow(Context context, JsonNode job) {
        JsonNode last = context.arguments().has("wait") ? await(context, job) : job;
        context.show(last, out -> {
            if (context.arguments().has("wait")) {
                show(out, last);
            } else {
                out.println(last.path("title").asText() + ": " + Words.name(last.path("state")) + ", job "
                        + last.path("id").asText());
            }
        });
        String state = last.path("state").asText();
        return state.equals("FAILED") || state.equals("CANCELLED") ? ExitCode.FAILED : ExitCode.OK;
    }

    private static JsonNode await(Context context, JsonNode begun) {
        String id = begun.path("id").asText();
        Optional<Duration> timeout = context.arguments().duration("timeout");
        ProgressLine progress = new ProgressLine(context.terminal());
        long began = System.nanoTime();
        long heard = began;
        JsonNode job = begun;
        try {
            while (!ENDED.contains(job.path("state").asText())) {
                progress.show(job);
                long now = System.nanoTime();
                if (timeout.isPresent() && now - began > timeout.get().toNanos()) {
                    throw new CliException(
                            ExitCode.TIMEOUT,
                            "TIMEOUT",
                            "job " + id,
                            "job " + id + ": it still runs; look again with holdfastctl job " + id);
                }
                LockSupport.parkNanos(LOOK_NANOS);
                try {
                    job = context.client().get("/jobs/" + ApiClient.encode(id));
                    heard = now;
                } catch (CliException e) {
                    if (e.exitCode() != ExitCode.UNREACHABLE || now - heard > SILENCE_MAX.toNanos()) {
                        throw e;
                    }
                    progress.say("The appliance does not answer; the job goes on when it is back. Waiting ...");
                }
            }
            progress.show(job);
            return job;
        } finally {
            progress.end();
        }
    }

    /** Shows a job with its steps. */
    static void show(PrintStream out, JsonNode job) {
        out.println(job.path("title").asText() + "  " + Words.name(job.path("state")));
        out.println("  job       " + job.path("id").asText());
        out.println("  machine   " + job.path("machine").asText());
        out.println("  started   " + Words.time(job.path("createdMillis")) + " by "
                + job.path("startedBy").asText());
        if (job.has("endedMillis")) {
            out.println("  took      "
                    + Words.duration(job.path("endedMillis").asLong()
                            - job.path("createdMillis").asLong()));
        }
        for (JsonNode step : job.path("steps")) {
            out.println("  " + mark(step.path("state").asText()) + " "
                    + step.path("title").asText() + progress(step.path("progress")));
            for (JsonNode evidence : step.path("evidence")) {
                out.println("      " + evidence.path("name").asText() + ": "
                        + evidence.path("value").asText());
            }
        }
        JsonNode error = job.path("error");
        if (!error.isMissingNode()) {
            out.println("  error     " + error.path("code").asText() + "  "
                    + error.path("message").asText());
            out.println("  fix       " + error.path("fix").asText());
        }
        if (job.has("retryAtMillis")) {
            out.println("  tried     " + job.path("failedAttempts").asInt() + " times; again at "
                    + Words.time(job.path("retryAtMillis")));
        }
    }

    private static String progress(JsonNode progress) {
        long total = progress.path("total").asLong();
        if (total <= 0) {
            return "";
        }
        boolean bytes = progress.path("unit").asText().equals("bytes");
        long done = progress.path("done").asLong();
        return bytes
                ? "  " + Words.bytes(done) + " of " + Words.bytes(total)
                : "  " + done + " of " + total + " " + progress.path("unit").asText();
    }

    private static String mark(String state) {
        return switch (state) {
            case "DONE" -> "[x]";
            case "RUNNING" -> "[>]";
            case "FAILED" -> "[!]";
            default -> "[ ]";
        };
    }
}
