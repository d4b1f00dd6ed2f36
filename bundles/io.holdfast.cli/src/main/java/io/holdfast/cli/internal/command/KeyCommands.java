package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The keys of an appliance. */
final class KeyCommands {

    private static final String PASSPHRASE_FILE = "passphrase-file";
    private static final String MACHINE = "MACHINE";
    private static final String MACHINE_TEXT = "name or id";
    private static final String PAPER = "paper";
    private static final String EXPORT = "export";

    private KeyCommands() {}

    static List<Command> all() {
        Spec status = Spec.of("keys", "Show how the keys of the appliance stand");
        return List.of(
                new Command(status, KeyCommands::status),
                new Command(Spec.of("keys status", status.summary()), KeyCommands::status),
                new Command(
                        Spec.of("keys paper", "Make a new recovery key and print its paper")
                                .withOption("text", "FILE", "write the paper as text; it is shown when left out")
                                .withOption("html", "FILE", "write the paper as a page to print from a browser")
                                .withDetail(
                                        "The key is in this answer and nowhere else. It takes effect with keys confirm;"
                                                + " until then the one before it stays in force."),
                        KeyCommands::paper),
                new Command(
                        Spec.of("keys confirm", "Type a line of the new recovery paper back")
                                .withOption("line", "LINE", "the line that keys paper asked for; else it is asked for")
                                .withDetail("Nothing can be protected before the first paper is confirmed."),
                        KeyCommands::confirm),
                new Command(
                        Spec.of("keys unlock", "Open the store key with its passphrase, after a start of the appliance")
                                .withOption(
                                        PASSPHRASE_FILE, "FILE", "file whose first line it is; else it is asked for")
                                .withDetail(
                                        "After three wrong ones in a row each next one has to wait, up to five minutes."),
                        KeyCommands::unlock),
                new Command(
                        Spec.of("keys passphrase", "Seal the store key by another passphrase, or by none")
                                .withOption(
                                        PASSPHRASE_FILE, "FILE", "file whose first line it is; else it is asked for")
                                .withFlag("none", "leave the store key in clear, protected by the mode of its file"),
                        KeyCommands::passphrase),
                new Command(
                        Spec.of("keys rotate", "Make a new store key, or a new data key of one machine")
                                .withOption("machine", MACHINE, "give this machine a new data key")
                                .withOption(
                                        PASSPHRASE_FILE,
                                        "FILE",
                                        "file whose first line seals the new store key; needed when the present one has a passphrase")
                                .withDetail("Nothing is sent or written again, and everything stays readable."),
                        KeyCommands::rotate),
                new Command(
                        Spec.of("keys export", "Write all keys to one file, sealed by a passphrase")
                                .with("FILE", "a new file, readable by its owner alone")
                                .withOption(
                                        PASSPHRASE_FILE, "FILE", "file whose first line it is; else it is asked for"),
                        KeyCommands::export),
                new Command(
                        Spec.of("keys recover", "Bring lost keys back, from an export or from the recovery paper")
                                .withOption(EXPORT, "FILE", "what keys export wrote")
                                .withOption(PAPER, "FILE", "the five lines of the paper, typed")
                                .withOption(
                                        PASSPHRASE_FILE,
                                        "FILE",
                                        "file whose first line opens the export, or seals the new store key"),
                        KeyCommands::recover),
                new Command(
                        Spec.of("keys holder", "Say where the keys of a machine may be used")
                                .with(MACHINE, MACHINE_TEXT)
                                .with("HOLDER", "resident: by the master target at any time; blind: when handed over")
                                .withDetail("docs/operating/keys.md says what a blind master target cannot do."),
                        KeyCommands::holder),
                new Command(
                        Spec.of("keys hand-over", "Hand the keys of a machine to a blind master target")
                                .with(MACHINE, MACHINE_TEXT)
                                .withDetail("They are in its memory only, until the failover or drill is over."),
                        context -> machine(context, "hand-over", "The keys were handed over.")),
                new Command(
                        Spec.of("keys take-back", "Drop keys that were handed over")
                                .with(MACHINE, MACHINE_TEXT),
                        context -> machine(context, "take-back", "The keys were dropped.")));
    }

    private static ExitCode status(Context context) {
        JsonNode keys = context.client().get("/keys");
        return context.show(keys, out -> {
            String detail = keys.path("detail").asText();
            out.println("Store key      " + Words.name(keys.path("state")) + or(keys.path("storeKey"), ", ", "")
                    + (keys.path("passphrase").asBoolean() ? ", with a passphrase" : "")
                    + (detail.isEmpty() ? "" : ": " + detail));
            out.println("Recovery key   " + or(keys.path("recoveryKey"), "", "none is confirmed"));
            Table table = new Table("MACHINE", "DATA KEYS", "NEWEST", "HOLDER", "STATE");
            keys.path("machines").forEach(machine -> {
                JsonNode dataKeys = machine.path("dataKeys");
                table.row(
                        machine.path("machine").asText(),
                        Integer.toString(dataKeys.size()),
                        dataKeys.isEmpty()
                                ? "-"
                                : dataKeys.get(dataKeys.size() - 1).asText(),
                        Words.name(machine.path("holder")),
                        state(machine));
            });
            table.print(out, "No machine has keys.");
        });
    }

    private static String or(JsonNode text, String before, String otherwise) {
        return text.asText().isEmpty() ? otherwise : before + text.asText();
    }

    private static String state(JsonNode machine) {
        if (!machine.path("trouble").asText().isEmpty()) {
            return machine.path("trouble").asText();
        }
        String held = machine.path("held").asBoolean() ? "usable" : "not handed over";
        return machine.path("sealed").asBoolean() ? held : held + ", in clear";
    }

    private static ExitCode paper(Context context) {
        Optional<Path> text = context.arguments().file("text");
        Optional<Path> html = context.arguments().file("html");
        JsonNode paper = context.client().call("POST", "/keys/paper");
        text.ifPresent(file -> SecretFiles.write(file, paper.path("text").asText()));
        html.ifPresent(file -> SecretFiles.write(file, paper.path("html").asText()));
        return context.show(paper, out -> {
            if (text.isEmpty() && html.isEmpty()) {
                paper.path("text").asText().lines().forEach(out::println);
                out.println();
            }
            out.println("Keep the paper away from the appliance. Then type line "
                    + paper.path("lineToConfirm").asInt() + " of it back: holdfastctl keys confirm");
        });
    }

    private static ExitCode confirm(Context context) {
        String line = context.arguments()
                .find("line")
                .or(() -> context.terminal().readLine("The line that keys paper asked for: "))
                .orElseThrow(() -> CliException.usage(
                        "--line", "--line: missing, and there is no terminal to ask at; expected --line LINE"));
        context.client().call("POST", "/keys/paper/confirm", Map.of("line", line));
        return context.say("The recovery key is in force.");
    }

    private static ExitCode unlock(Context context) {
        String passphrase = SessionCommands.secret(context, PASSPHRASE_FILE, "Passphrase of the store key: ");
        context.client().call("POST", "/keys/unlock", Map.of("passphrase", passphrase));
        return context.say("The store key is open.");
    }

    private static ExitCode passphrase(Context context) {
        boolean none = context.arguments().has("none");
        if (none && context.arguments().has(PASSPHRASE_FILE)) {
            throw CliException.usage("--none", "--none: not possible with --" + PASSPHRASE_FILE);
        }
        Map<String, String> body = none ? Map.of() : Map.of("passphrase", chosen(context));
        context.client().call("PUT", "/keys/passphrase", body);
        return context.say(none ? "The store key lies in clear." : "The passphrase is in force.");
    }

    /** A passphrase that is set; a person types it twice. */
    private static String chosen(Context context) {
        String first = SessionCommands.secret(context, PASSPHRASE_FILE, "Passphrase: ");
        if (!context.arguments().has(PASSPHRASE_FILE)
                && !SessionCommands.secret(context, PASSPHRASE_FILE, "Passphrase again: ")
                        .equals(first)) {
            throw CliException.usage("passphrase", "passphrase: the two differ; expected the same twice");
        }
        return first;
    }

    private static Map<String, String> maybePassphrase(Context context) {
        return context.arguments().has(PASSPHRASE_FILE)
                ? Map.of("passphrase", SessionCommands.secret(context, PASSPHRASE_FILE, ""))
                : Map.of();
    }

    private static ExitCode rotate(Context context) {
        Optional<String> machine = context.arguments().find("machine");
        if (machine.isPresent()) {
            context.client().call("POST", "/machines/" + ApiClient.encode(machine.get()) + "/keys/rotate");
            return context.say("Machine " + machine.get() + " has a new data key.");
        }
        context.client().call("POST", "/keys/rotate", maybePassphrase(context));
        return context.say("The store has a new store key; write it down anew with keys export.");
    }

    private static ExitCode export(Context context) {
        Path file = context.arguments().file("FILE").orElseThrow();
        NewFiles.require(file);
        JsonNode answer = context.client().call("POST", "/keys/export", Map.of("passphrase", chosen(context)));
        SecretFiles.write(file, Base64.getDecoder().decode(answer.path(EXPORT).asText()));
        return context.say("All keys were written to " + file + ". Keep it away from the appliance, and the passphrase"
                + " away from it.");
    }

    private static ExitCode recover(Context context) {
        Optional<Path> export = context.arguments().file(EXPORT);
        Optional<Path> paper = context.arguments().file(PAPER);
        if (export.isPresent() == paper.isPresent()) {
            throw CliException.usage("--export", "--export, --paper: expected exactly one of them");
        }
        if (export.isPresent()) {
            String content = Base64.getEncoder().encodeToString(SecretFiles.read("--" + EXPORT, export.get()));
            String passphrase = SessionCommands.secret(context, PASSPHRASE_FILE, "Passphrase of the export: ");
            context.client().call("POST", "/keys/restore", Map.of(EXPORT, content, "passphrase", passphrase));
        } else {
            Map<String, String> body = new HashMap<>(maybePassphrase(context));
            body.put(PAPER, Connections.readFile("--" + PAPER, paper.orElseThrow()));
            context.client().call("POST", "/keys/recover", body);
        }
        return context.say("The keys are back; holdfastctl keys status shows them.");
    }

    private static ExitCode holder(Context context) {
        String holder = context.arguments().get("HOLDER").toUpperCase(Locale.ROOT);
        if (!List.of("RESIDENT", "BLIND").contains(holder)) {
            throw CliException.usage(
                    "HOLDER", "HOLDER: '" + context.arguments().get("HOLDER") + "' given; expected resident or blind");
        }
        context.client().call("PUT", path(context, "holder"), Map.of("holder", holder));
        return context.say("Machine " + context.arguments().get(MACHINE) + ": the master target is "
                + context.arguments().get("HOLDER") + ".");
    }

    private static ExitCode machine(Context context, String what, String done) {
        context.client().call("POST", path(context, what));
        return context.say(done);
    }

    private static String path(Context context, String what) {
        return "/machines/" + ApiClient.encode(context.arguments().get(MACHINE)) + "/keys/" + what;
    }
}
