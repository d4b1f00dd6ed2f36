package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.util.List;
import java.util.Map;

/** The bundles of the appliance. */
final class BundleCommands {

    private static final int PAUSE_SECONDS_MOST = 300;
    private static final String BUNDLE = "BUNDLE";
    private static final String NAME = "name, for example io.holdfast.processserver";

    private BundleCommands() {}

    static List<Command> all() {
        Spec list = Spec.of("bundles", "List the bundles of the appliance and whether their components run");
        return List.of(
                new Command(list, BundleCommands::list),
                new Command(Spec.of("bundles list", list.summary()), BundleCommands::list),
                new Command(
                        Spec.of("bundles stop", "Stop a bundle until it is started or the appliance starts anew")
                                .with(BUNDLE, NAME)
                                .withDetail("A bundle that the interface rests on can only be restarted."),
                        BundleCommands::stop),
                new Command(Spec.of("bundles start", "Start a bundle").with(BUNDLE, NAME), BundleCommands::start),
                new Command(
                        Spec.of("bundles restart", "Have a bundle stopped and started again")
                                .with(BUNDLE, NAME)
                                .withOption(
                                        "pause",
                                        "SECONDS",
                                        "how long it stays stopped, up to " + PAUSE_SECONDS_MOST + "; 0 when left out")
                                .withDetail("The appliance may not answer meanwhile."),
                        BundleCommands::restart));
    }

    private static ExitCode list(Context context) {
        JsonNode bundles = context.client().get("/bundles");
        return context.show(bundles, out -> {
            Table table = new Table("NAME", "VERSION", "STATE", "HANDLING", "COMPONENTS", "TROUBLE");
            bundles.forEach(bundle -> table.row(
                    bundle.path("name").asText(),
                    bundle.path("version").asText(),
                    Words.name(bundle.path("state")),
                    Words.name(bundle.path("handling")),
                    Integer.toString(bundle.path("components").size()),
                    trouble(bundle.path("components"))));
            table.print(out, "There is no bundle.");
        });
    }

    private static String trouble(JsonNode components) {
        for (JsonNode component : components) {
            if (!component.path("detail").asText().isEmpty()) {
                String name = component.path("name").asText();
                return name.substring(name.lastIndexOf('.') + 1) + " "
                        + component.path("detail").asText();
            }
        }
        return "-";
    }

    private static ExitCode stop(Context context) {
        context.client().call("POST", path(context, "stop"));
        return context.say("Bundle " + context.arguments().get(BUNDLE) + " was stopped.");
    }

    private static ExitCode start(Context context) {
        context.client().call("POST", path(context, "start"));
        return context.say("Bundle " + context.arguments().get(BUNDLE) + " was started.");
    }

    private static ExitCode restart(Context context) {
        int pause = context.arguments().number("pause", 0, PAUSE_SECONDS_MOST).orElse(0);
        context.client().call("POST", path(context, "restart"), Map.of("pauseSeconds", pause));
        return context.say("Bundle " + context.arguments().get(BUNDLE) + " restarts.");
    }

    private static String path(Context context, String what) {
        return "/bundles/" + ApiClient.encode(context.arguments().get(BUNDLE)) + "/" + what;
    }
}
