package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.client.KnownServers;
import io.holdfast.cli.internal.client.ServerAddress;
import io.holdfast.cli.internal.client.Trust;
import io.holdfast.cli.internal.output.Words;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signing in and out, and the caller's own password. */
final class SessionCommands {

    private static final String SESSION = "/session";

    private SessionCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Spec.of("login", "Sign in to an appliance and keep the session")
                                .withOption("user", "NAME", "who signs in; admin when left out")
                                .withOption(
                                        "password-file",
                                        "FILE",
                                        "file whose first line is the password; else it is asked for")
                                .withOption(
                                        "fingerprint",
                                        "HEX",
                                        "SHA-256 of the authority's certificate that the appliance has to show")
                                .withDetail(
                                        "At the first contact the authority that the server shows is printed, asked about on a terminal,")
                                .withDetail("and kept from then on. --ca or --fingerprint decides it beforehand."),
                        SessionCommands::login),
                new Command(Spec.of("logout", "End the session"), SessionCommands::logout),
                new Command(
                        Spec.of("passwd", "Change your own password")
                                .withOption(
                                        "password-file",
                                        "FILE",
                                        "file whose first line is the present password; else it is asked for")
                                .withOption(
                                        "new-password-file",
                                        "FILE",
                                        "file whose first line is the next password; else it is asked for"),
                        SessionCommands::changePassword));
    }

    private static ExitCode login(Context context) {
        ServerAddress address = context.connections().address(context.arguments());
        X509Certificate authority = context.connections().authority(address, context.arguments());
        String user = context.arguments().find("user").orElse("admin");
        String password = secret(context, "password-file", "Password of " + user + ": ");
        JsonNode session;
        try (ApiClient client = new ApiClient(address, Trust.context(authority), Optional.empty())) {
            session = client.call("POST", SESSION, Map.of("user", user, "password", password));
        }
        context.connections()
                .known()
                .put(address, new KnownServers.Entry(user, session.path("token").asText(), Trust.pem(authority)));
        boolean change = session.path("passwordChangeRequired").asBoolean();
        if (context.json()) {
            context.terminal()
                    .out()
                    .println(Context.pretty(
                            Map.of("server", address.toString(), "user", user, "passwordChangeRequired", change)));
        } else {
            context.say("Signed in to " + address + " as " + user + " (" + Words.name(session.path("role")) + ").");
        }
        if (change && !context.json()) {
            context.say("The password has to be changed before anything else: holdfastctl passwd");
        }
        return ExitCode.OK;
    }

    private static ExitCode logout(Context context) {
        ServerAddress address = context.connections().address(context.arguments());
        KnownServers known = context.connections().known();
        Optional<KnownServers.Entry> entry = known.find(address);
        if (entry.isEmpty() || entry.get().token() == null) {
            return context.say("Not signed in to " + address + ".");
        }
        context.client().call("DELETE", SESSION);
        known.put(
                address,
                new KnownServers.Entry(entry.get().user(), null, entry.get().authority()));
        return context.say("Signed out of " + address + ".");
    }

    private static ExitCode changePassword(Context context) {
        String present = secret(context, "password-file", "Present password: ");
        String next = secret(context, "new-password-file", "New password: ");
        if (!context.arguments().has("new-password-file")) {
            String again = secret(context, "new-password-file", "New password again: ");
            if (!again.equals(next)) {
                throw CliException.usage("new password", "new password: the two differ; expected the same twice");
            }
        }
        context.client().call("PUT", SESSION + "/password", Map.of("present", present, "next", next));
        return context.say("The password was changed; all your other sessions have ended.");
    }

    /** A secret from the file that an option names, else from the person. */
    static String secret(Context context, String option, String prompt) {
        Optional<Path> file = context.arguments().file(option);
        if (file.isPresent()) {
            return Connections.readFile("--" + option, file.get())
                    .lines()
                    .findFirst()
                    .orElse("");
        }
        return context.terminal()
                .readSecret(prompt)
                .map(String::new)
                .orElseThrow(() -> CliException.usage(
                        "--" + option,
                        "--" + option + ": missing, and there is no terminal to ask at; expected --" + option
                                + " FILE"));
    }
}
