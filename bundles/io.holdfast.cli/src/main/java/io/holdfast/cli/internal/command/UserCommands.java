package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** Users and the audit log. */
final class UserCommands {

    private static final Set<String> ROLES = Set.of("ADMINISTRATOR", "OPERATOR", "VIEWER");
    private static final int AUDIT_MOST = 1_000;

    private UserCommands() {}

    static List<Command> all() {
        Spec list = Spec.of("users", "List the users");
        return List.of(
                new Command(list, UserCommands::list),
                new Command(Spec.of("users list", list.summary()), UserCommands::list),
                new Command(
                        Spec.of("users add", "Create a user, who has to change the password at the first sign-in")
                                .with("USER", "1 to 40 letters, digits, dots, hyphens and underscores")
                                .withRequired("role", "ROLE", "administrator, operator or viewer")
                                .withOption(
                                        "password-file",
                                        "FILE",
                                        "file whose first line is the first password; else it is asked for"),
                        UserCommands::add),
                new Command(
                        Spec.of("users remove", "Delete a user and end all the user's sessions")
                                .with("USER", "name"),
                        UserCommands::remove),
                new Command(
                        Spec.of("audit", "List the audit log, newest first")
                                .withOption("limit", "N", "how many entries at most; 100 when left out")
                                .withOption("before", "NUMBER", "only entries with a smaller number"),
                        UserCommands::audit));
    }

    private static ExitCode list(Context context) {
        JsonNode users = context.client().get("/users");
        return context.show(users, out -> {
            Table table = new Table("NAME", "ROLE", "PASSWORD", "CREATED", "LAST SIGN-IN");
            users.forEach(user -> table.row(
                    user.path("name").asText(),
                    Words.name(user.path("role")),
                    user.path("passwordChangeRequired").asBoolean() ? "has to be changed" : "own",
                    Words.time(user.path("createdMillis")),
                    Words.time(user.path("lastSignInMillis"))));
            table.print(out, "There is no user.");
        });
    }

    private static ExitCode add(Context context) {
        String user = context.arguments().get("USER");
        String role = context.arguments().get("role").toUpperCase(Locale.ROOT);
        if (!ROLES.contains(role)) {
            throw CliException.usage(
                    "--role",
                    "--role: '" + context.arguments().get("role")
                            + "' given; expected administrator, operator or viewer");
        }
        String password = SessionCommands.secret(context, "password-file", "First password of " + user + ": ");
        JsonNode made =
                context.client().call("POST", "/users", Map.of("name", user, "role", role, "password", password));
        return context.show(made, out -> out.println("User " + user + " was created."));
    }

    private static ExitCode remove(Context context) {
        String user = context.arguments().get("USER");
        context.client().call("DELETE", "/users/" + ApiClient.encode(user));
        return context.say("User " + user + " was deleted.");
    }

    private static ExitCode audit(Context context) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        context.arguments().number("limit", 1, AUDIT_MOST).ifPresent(limit -> query.add("limit=" + limit));
        context.arguments().number("before", 1, Integer.MAX_VALUE).ifPresent(before -> query.add("before=" + before));
        JsonNode entries = context.client().get("/audit" + query);
        return context.show(entries, out -> {
            Table table = new Table("NUMBER", "TIME", "ACTOR", "ORIGIN", "ACTION", "OBJECT", "OUTCOME", "DETAIL");
            entries.forEach(entry -> table.row(
                    entry.path("number").asText(),
                    Words.time(entry.path("utcMillis")),
                    entry.path("actor").asText(),
                    entry.path("origin").asText(),
                    entry.path("action").asText(),
                    entry.path("object").asText(),
                    entry.path("outcome").asText(),
                    Words.text(entry.path("detail"))));
            table.print(out, "There is no entry.");
        });
    }
}
