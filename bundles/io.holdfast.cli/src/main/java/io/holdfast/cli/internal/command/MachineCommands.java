package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Arguments;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Machines, their protection and their recovery points. */
final class MachineCommands {

    private static final int MINUTES_MOST = 10_080;
    private static final int POINTS_MOST = 1_000;

    private MachineCommands() {}

    static List<Command> all() {
        Spec list = Spec.of("machines", "List the machines");
        return List.of(
                new Command(list, MachineCommands::list),
                new Command(Spec.of("machines list", list.summary()), MachineCommands::list),
                new Command(
                        Spec.of("machines show", "Show everything about a machine, and what can be done with it")
                                .with("MACHINE", "name or id"),
                        MachineCommands::show),
                new Command(
                        source(Spec.of("inspect", "Have an agent look at a machine, and change nothing")),
                        MachineCommands::inspect),
                new Command(protect(), MachineCommands::protect),
                new Command(
                        Jobs.waiting(Spec.of("pause", "Have the capture stand aside; the source notes what changes")
                                .with("MACHINE", "name or id")
                                .withOption(
                                        "minutes", "N", "go on by itself after so long; until resumed when left out")),
                        MachineCommands::pause),
                new Command(
                        Jobs.waiting(machine("resume", "End a pause")),
                        context -> Jobs.begin(context, path(context, "/resume"))),
                new Command(
                        Jobs.waiting(
                                Spec.of("marker", "Give a name to a recovery point of now")
                                        .with("MACHINE", "name or id")
                                        .with("LABEL", "1 to 200 characters")
                                        .withOption(
                                                "kind",
                                                "KIND",
                                                "crash or application: what the point shall be consistent with; crash when left out")),
                        MachineCommands::mark),
                new Command(
                        Jobs.waiting(machine("resynchronise", "Compare source and store and send the differences")),
                        context -> Jobs.begin(context, path(context, "/resynchronise"))),
                new Command(points(), MachineCommands::points),
                new Command(
                        machine("retention", "Show what a machine's history keeps and takes"), RetentionCommands::show),
                new Command(RetentionCommands.spec(), RetentionCommands::set),
                new Command(unprotect(), MachineCommands::unprotect));
    }

    private static Spec protect() {
        return Jobs.waiting(source(Spec.of("protect", "Start to protect a machine")
                        .withRequired("name", "NAME", "what the machine shall be called"))
                .withOption("rpo", "TIME", "how old its newest recovery point may get, for example 1s")
                .withOption("stall-limit", "TIME", "after how long a waiting guest write cuts the capture")
                .withOption("write-bound", "TIME", "the hard bound for one guest write")
                .withOption("log-limit", "SIZE", "the most that the change log of one disk may hold, for example 2GiB")
                .withOption("boot-sign", "TEXT", "text on the serial console that shows that a replica has booted"));
    }

    private static Spec points() {
        return Spec.of("points", "List recovery points, newest first")
                .with("MACHINE", "name or id")
                .withOption("from", "TIME", "none before this UTC time of the source's clock")
                .withOption("to", "TIME", "none after this UTC time of the source's clock")
                .withOption("limit", "N", "how many at most; 100 when left out")
                .withFlag("markers", "only those that somebody gave a name")
                .withDetail(
                        "Every proven write is a point; the list shows some of them, spread over the time that is asked for.");
    }

    private static Spec unprotect() {
        return Jobs.waiting(Spec.of("unprotect", "End the protection of a machine")
                .with("MACHINE", "name or id")
                .withFlag("keep", "keep its history; its points can still be booted")
                .withFlag("destroy", "destroy its history and its keys for ever; needs an administrator")
                .withFlag("yes", "do not ask again before a history is destroyed"));
    }

    /** A command that needs nothing but a machine. */
    static Spec machine(String name, String summary) {
        return Spec.of(name, summary).with("MACHINE", "name or id");
    }

    /** The path of the machine that a command names. */
    static String path(Context context, String rest) {
        return "/machines/" + ApiClient.encode(context.arguments().get("MACHINE")) + rest;
    }

    private static Spec source(Spec spec) {
        return spec.withRequired("agent", "AGENT", "name or id of the agent on the machine's host")
                .withRequired("qmp", "PATH", "the machine's QMP socket on that host, for events and commands")
                .withRequired("qmp-oob", "PATH", "a second QMP socket of the machine, for the guard");
    }

    private static Map<String, Object> address(Arguments arguments) {
        return Map.of(
                "adapter",
                "kvm",
                "properties",
                Map.of("qmp", arguments.get("qmp"), "qmpOob", arguments.get("qmp-oob")));
    }

    private static ExitCode list(Context context) {
        JsonNode machines = context.client().get("/machines");
        return context.show(machines, out -> {
            Table table = new Table("NAME", "STATE", "RPO", "NOT YET SAFE", "COPY", "LATEST POINT", "AGENT");
            machines.forEach(machine -> table.row(
                    machine.path("name").asText(),
                    Machines.state(machine),
                    Machines.rpo(machine),
                    Machines.lag(machine),
                    Machines.copy(machine),
                    Words.time(machine.at("/latestPoint/utcMillis")),
                    machine.path("agentName").asText()));
            table.print(out, "No machine is protected yet; see holdfastctl protect --help.");
        });
    }

    private static ExitCode show(Context context) {
        JsonNode machine = context.client().get(path(context, ""));
        return context.show(machine, out -> Machines.show(out, machine));
    }

    private static ExitCode inspect(Context context) {
        Map<String, Object> body =
                Map.of("agent", context.arguments().get("agent"), "address", address(context.arguments()));
        JsonNode facts = context.client().call("POST", "/inspections", body);
        return context.show(facts, out -> {
            out.println(facts.path("name").asText());
            Machines.facts(out, facts);
        });
    }

    private static ExitCode protect(Context context) {
        Arguments arguments = context.arguments();
        Map<String, Object> policy = new LinkedHashMap<>();
        arguments.duration("rpo").ifPresent(time -> policy.put("rpoGoalMillis", time.toMillis()));
        arguments.duration("stall-limit").ifPresent(time -> policy.put("stallLimitMillis", time.toMillis()));
        arguments.duration("write-bound").ifPresent(time -> policy.put("writeBoundMillis", time.toMillis()));
        arguments.bytes("log-limit").ifPresent(size -> policy.put("logBytesMax", size));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", arguments.get("name"));
        body.put("agent", arguments.get("agent"));
        body.put("address", address(arguments));
        if (!policy.isEmpty()) {
            body.put("policy", policy);
        }
        arguments.find("boot-sign").ifPresent(sign -> body.put("bootSign", sign));
        return Jobs.begin(context, "/machines", body);
    }

    private static ExitCode pause(Context context) {
        int minutes = context.arguments().number("minutes", 1, MINUTES_MOST).orElse(0);
        return Jobs.begin(context, path(context, "/pause"), Map.of("minutes", minutes));
    }

    private static ExitCode mark(Context context) {
        String kind = switch (context.arguments().find("kind").orElse("crash")) {
            case "crash" -> "CRASH_CONSISTENT";
            case "application" -> "APPLICATION_CONSISTENT";
            default ->
                throw CliException.usage(
                        "--kind",
                        "--kind: '" + context.arguments().get("kind") + "' given; expected crash or application");
        };
        return Jobs.begin(
                context,
                path(context, "/markers"),
                Map.of("kind", kind, "label", context.arguments().get("LABEL")));
    }

    private static ExitCode points(Context context) {
        Arguments arguments = context.arguments();
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        arguments.time("from").ifPresent(time -> query.add("from=" + ApiClient.encode(time.toString())));
        arguments.time("to").ifPresent(time -> query.add("to=" + ApiClient.encode(time.toString())));
        arguments.number("limit", 1, POINTS_MOST).ifPresent(limit -> query.add("limit=" + limit));
        if (arguments.has("markers")) {
            query.add("markersOnly=true");
        }
        JsonNode points = context.client().get(path(context, "/points" + query));
        return context.show(points, out -> {
            Table table = new Table("TIME OF THE SOURCE", "POSITION", "CONSISTENT", "LABEL");
            points.forEach(point -> table.row(
                    Words.exactTime(point.path("utcMillis").asLong()),
                    point.path("position").asText(),
                    Words.name(point.path("kind")).replace(" consistent", ""),
                    Words.text(point.path("label"))));
            table.print(out, "There is no recovery point in that time.");
        });
    }

    private static ExitCode unprotect(Context context) {
        Arguments arguments = context.arguments();
        if (arguments.has("keep") == arguments.has("destroy")) {
            throw CliException.usage(
                    "--keep", "--keep, --destroy: expected exactly one of them, to say what becomes of the history");
        }
        if (arguments.has("destroy")
                && !arguments.has("yes")
                && context.terminal().interactive()) {
            String machine = arguments.get("MACHINE");
            String typed = context.terminal()
                    .readLine("Nothing can bring the history of " + machine + " back. Type " + machine
                            + " to destroy it: ")
                    .orElse("");
            if (!typed.strip().equals(machine)) {
                throw CliException.usage(
                        "confirmation",
                        "confirmation: '" + typed + "' typed; expected " + machine + "; nothing was changed");
            }
        }
        return Jobs.begin(
                context, path(context, "/unprotect"), Map.of("history", arguments.has("destroy") ? "DESTROY" : "KEEP"));
    }
}
