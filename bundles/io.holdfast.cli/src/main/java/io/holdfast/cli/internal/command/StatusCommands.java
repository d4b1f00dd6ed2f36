package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The appliance as a whole. */
final class StatusCommands {

    private static final int EVENTS_MOST = 1_000_000;

    private StatusCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Spec.of("status", "Show how the appliance stands"), StatusCommands::status),
                new Command(
                        Spec.of(
                                "space",
                                "Show how much room the recovery store has, how long it will last, and who takes it"),
                        StatusCommands::space),
                new Command(
                        Spec.of("doctor", "Look for what is wrong and say what to do")
                                .withDetail(
                                        "Ends with 1 when something critical was found, so that a monitor can use it."),
                        StatusCommands::doctor),
                new Command(
                        Spec.of("events", "Show changes as they happen, until interrupted")
                                .withOption("count", "N", "end after so many changes")
                                .withDetail("With --json each change is one line: its name and what it is about."),
                        StatusCommands::events));
    }

    private static ExitCode status(Context context) {
        JsonNode status = context.client().get("/status");
        return context.show(status, out -> {
            out.println("Appliance      " + context.client().address());
            out.println("Machines       " + phases(status.path("machinesByPhase")));
            out.println("Critical       " + status.path("machinesCritical").asInt());
            out.println("Beyond goal    " + status.path("rpoGoalsMissed").asInt());
            out.println("Agents lost    " + status.path("agentsLost").asInt());
            out.println("Jobs running   " + status.path("jobsRunning").asInt());
            out.println("Store free     "
                    + Words.bytes(status.path("storeFreeBytes").asLong())
                    + outlook(status.path("storeIntakeStopped"), status.path("storeFullInMillis")));
            int findings = status.path("findings").size();
            out.println("Findings       " + (findings == 0 ? "none" : findings + "; see holdfastctl doctor"));
        });
    }

    private static String phases(JsonNode counts) {
        List<String> words = new ArrayList<>();
        counts.forEach(count -> words.add(count.path("machines").asInt() + " " + Words.name(count.path("phase"))));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    /** What comes behind the figure of free space, if anything is foreseen. */
    private static String outlook(JsonNode stopped, JsonNode fullInMillis) {
        if (stopped.asBoolean()) {
            return "; kept for maintenance, new points are refused";
        }
        return fullInMillis.isIntegralNumber()
                ? "; new points are refused in " + Words.duration(fullInMillis.asLong()) + " at the present rate"
                : "";
    }

    private static ExitCode space(Context context) {
        JsonNode space = context.client().get("/space");
        return context.show(space, out -> {
            out.println("Size      " + Words.bytes(space.path("sizeBytes").asLong()));
            long reach = space.path("reachMillis").asLong();
            String outlook = outlook(space.path("intakeStopped"), space.path("fullInMillis"));
            out.println("Free      " + Words.bytes(space.path("freeBytes").asLong())
                    + (outlook.isEmpty() ? noEnd(reach) : outlook));
            out.println("Reserve   " + Words.bytes(space.path("reserveBytes").asLong()) + " of it, for maintenance");
            long growth = space.path("growthBytesPerDay").asLong();
            out.println("Growth    "
                    + (reach == 0
                            ? "not known yet"
                            : (growth < 0 ? "-" : "") + Words.bytes(Math.abs(growth)) + " a day"));
            out.println();
            Table table = new Table("MACHINE", "HISTORY", "LIVE", "RECLAIMABLE", "INTAKE A DAY");
            space.path("machines").forEach(machine -> row(table, machine));
            table.print(out, "No history is kept.");
        });
    }

    /** What comes behind the figure of free space when its end is not foreseen. */
    private static String noEnd(long reachMillis) {
        return reachMillis == 0
                ? "; how long that lasts is not known yet"
                : "; enough for more than " + Words.duration(reachMillis) + " at the present rate";
    }

    private static void row(Table table, JsonNode machine) {
        String name = machine.path("name").asText();
        table.row(
                name.isEmpty() ? machine.path("machine").asText() : name,
                Words.bytes(machine.path("historyBytes").asLong()),
                Words.bytes(machine.path("liveBytes").asLong()),
                Words.bytes(machine.path("reclaimableBytes").asLong()),
                Words.bytes(machine.path("intakeBytesPerDay").asLong()));
    }

    private static ExitCode doctor(Context context) {
        JsonNode findings = context.client().get("/status").path("findings");
        context.show(findings, out -> {
            if (findings.isEmpty()) {
                out.println("Nothing is wrong.");
            }
            findings.forEach(finding -> tell(out, finding));
        });
        boolean critical = false;
        for (JsonNode finding : findings) {
            critical |= finding.path("severity").asText().equals("CRITICAL");
        }
        return critical ? ExitCode.FAILED : ExitCode.OK;
    }

    private static void tell(PrintStream out, JsonNode finding) {
        out.println(finding.path("severity").asText() + "  "
                + finding.path("object").asText() + "  (" + finding.path("code").asText() + ")");
        out.println("  " + finding.path("message").asText());
        out.println("  " + finding.path("fix").asText());
    }

    private static ExitCode events(Context context) {
        Optional<Integer> most = context.arguments().number("count", 1, EVENTS_MOST);
        try (Stream<String> lines = context.client().events()) {
            String name = "";
            int shown = 0;
            for (String line : (Iterable<String>) lines::iterator) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    show(context, name, Context.parse(line.substring("data: ".length()), "events"));
                    shown++;
                }
                if (most.isPresent() && shown >= most.get()) {
                    return ExitCode.OK;
                }
            }
        }
        throw new CliException(
                ExitCode.UNREACHABLE,
                "NETWORK",
                context.client().address().toString(),
                context.client().address() + ": it ended the stream of events; expected it to go on");
    }

    private static void show(Context context, String name, JsonNode data) {
        if (context.json()) {
            context.terminal().out().println("{\"event\":\"" + name + "\",\"data\":" + data + "}");
            return;
        }
        context.plain()
                .println(
                        switch (name) {
                            case "begin" -> "(changes from now on)";
                            case "machine" ->
                                "machine  " + data.path("name").asText() + ": " + Machines.state(data) + ", RPO "
                                        + Machines.rpo(data);
                            case "machine-removed" ->
                                "machine  " + data.path("machine").asText() + ": no longer known";
                            case "job" ->
                                "job      " + data.path("title").asText() + ": " + Words.name(data.path("state")) + "  "
                                        + data.path("id").asText();
                            case "agent" ->
                                "agent    " + data.path("name").asText() + ": " + Words.name(data.path("state"));
                            case "store" ->
                                "store    " + Words.name(data.path("alarm")) + ": "
                                        + Words.bytes(data.path("freeBytes").asLong()) + " free"
                                        + outlook(
                                                BooleanNode.valueOf(data.path("alarm")
                                                        .asText()
                                                        .equals("INTAKE_STOPPED")),
                                                data.path("fullInMillis"));
                            default -> name + "  " + data;
                        });
    }
}
