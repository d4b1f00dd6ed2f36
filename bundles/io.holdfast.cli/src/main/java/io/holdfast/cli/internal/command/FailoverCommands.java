package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Arguments;
import io.holdfast.cli.internal.args.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Test failover, failover, and what follows each. */
final class FailoverCommands {

    private static final String ISOLATED = "isolated";
    private static final String BRIDGE = "bridge:";

    private FailoverCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Jobs.waiting(Spec.of("failover", "Boot a machine here, as it was at a recovery point")
                                .with("MACHINE", "name or id")
                                .withOption(
                                        "point", "POINT", "latest, EPOCH:SEQUENCE, or a UTC time; latest when left out")
                                .withFlag(
                                        "test",
                                        "beside the running protection; clean up afterwards with holdfastctl cleanup")
                                .withOption(
                                        "network",
                                        "NAME",
                                        "isolated, or a bridge of the target; isolated when left out")
                                .withFlag("force", "also while the source still runs; goes on record")
                                .withDetail(
                                        "Without --test production moves here: commit or cancel afterwards. Repeating the command while the")
                                .withDetail("failover lasts shows the same job.")),
                        FailoverCommands::failover),
                new Command(
                        Jobs.waiting(MachineCommands.machine("cleanup", "Remove everything that a test failover made")),
                        context -> Jobs.begin(context, MachineCommands.path(context, "/test-failover/clean-up"))),
                new Command(
                        Jobs.waiting(MachineCommands.machine(
                                "cancel", "Throw the replica of a failover away and take up the source again")),
                        context -> Jobs.begin(context, MachineCommands.path(context, "/failover/cancel"))),
                new Command(
                        Jobs.waiting(MachineCommands.machine(
                                "commit", "Let a failover stand; its replica is made independent")),
                        context -> Jobs.begin(context, MachineCommands.path(context, "/failover/commit"))));
    }

    private static ExitCode failover(Context context) {
        Arguments arguments = context.arguments();
        boolean test = arguments.has("test");
        if (test && arguments.has("force")) {
            throw CliException.usage(
                    "--force", "--force: not possible with --test; a test failover never touches the source");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("point", arguments.find("point").orElse("latest"));
        body.put("network", network(arguments.find("network").orElse(ISOLATED)));
        if (!test) {
            body.put("force", arguments.has("force"));
        }
        return Jobs.begin(context, MachineCommands.path(context, test ? "/test-failover" : "/failover"), body);
    }

    private static String network(String name) {
        return name.equals(ISOLATED) || name.startsWith(BRIDGE) ? name : BRIDGE + name;
    }
}
