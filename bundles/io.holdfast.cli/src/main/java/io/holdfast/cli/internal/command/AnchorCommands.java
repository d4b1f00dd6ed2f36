package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorHead;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Anchors of a running appliance. What an appliance says of its own store is not believed where it can be proved: growth and signatures are checked
 * here, from the anchor that was kept and the one that the appliance gives now.
 */
final class AnchorCommands {

    private static final String FILE = "FILE";
    private static final String SINCE = "since";
    private static final int HASH_SHOWN = 16;

    private AnchorCommands() {}

    static List<Command> all() {
        Spec list = Spec.of("anchors", "Show where the ledgers of the appliance's recovery store stand");
        return List.of(
                new Command(list, AnchorCommands::list),
                new Command(Spec.of("anchors list", list.summary()), AnchorCommands::list),
                new Command(
                        Spec.of("anchors export", "Write an anchor of the running store, for somebody outside to keep")
                                .with(FILE, "a new file")
                                .withOption(SINCE, FILE, "an earlier anchor that this one has to have grown out of")
                                .withDetail(
                                        "With --since nothing is written when the store does not hold what that one has seen."),
                        AnchorCommands::export),
                new Command(
                        Spec.of("anchors compare", "Compare the running store with an anchor that was kept")
                                .with(FILE, "what anchors export or store anchor wrote")
                                .withDetail(
                                        "Growth and signatures are checked here and not believed. Ends with 1 when anything differs."),
                        AnchorCommands::compare));
    }

    private static ExitCode list(Context context) {
        JsonNode anchor = context.client().get("/anchors");
        return context.show(anchor, out -> {
            out.println("Store " + anchor.path("storeId").asText() + " at " + Words.time(anchor.path("utcMillis")));
            Table table = new Table("MACHINE", "ENTRIES", "TREE", "SIGNED BY", "BLOCK");
            anchor.path("machines")
                    .forEach(head -> table.row(
                            called(head),
                            head.path("entries").asText(),
                            start(head.path("root").asText()),
                            head.path("signer").asText().isEmpty()
                                    ? "nobody"
                                    : start(head.path("signer").asText()),
                            head.path("block").asText()));
            table.print(out, "This store has no history.");
        });
    }

    private static String called(JsonNode node) {
        String name = node.path("name").asText();
        return name.isEmpty() ? node.path("machine").asText() : name;
    }

    private static String start(String hash) {
        return hash.substring(0, Math.min(HASH_SHOWN, hash.length()));
    }

    private static ExitCode export(Context context) {
        Path file = context.arguments().file(FILE).orElseThrow();
        NewFiles.require(file);
        Optional<Path> since = context.arguments().file(SINCE);
        String text;
        if (since.isPresent()) {
            Comparison comparison = compared(context, since.get());
            if (!comparison.holds()) {
                throw new CliException(
                        ExitCode.FAILED,
                        "STORE_DAMAGED",
                        since.get().toString(),
                        since.get() + ": the store does not hold what it has seen; see holdfastctl anchors compare");
            }
            text = comparison.present().toText();
        } else {
            text = context.client().get("/anchors").path("text").asText();
        }
        Anchor anchor = Anchor.parse(text);
        NewFiles.write(file, text.getBytes(StandardCharsets.US_ASCII));
        return context.say("Wrote an anchor of " + anchor.heads().size() + " histories to " + file + ".");
    }

    private static ExitCode compare(Context context) {
        Comparison comparison = compared(context, context.arguments().file(FILE).orElseThrow());
        if (context.json()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("same", comparison.holds());
            map.put("machines", comparison.verdicts());
            context.terminal().out().println(Context.pretty(map));
        } else {
            tell(context.plain(), comparison);
        }
        return comparison.holds() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Comparison compared(Context context, Path file) {
        Anchor kept = VerifyCommands.read(file);
        JsonNode answer = context.client().call("POST", "/anchors/compare", Map.of("anchor", kept.toText()));
        Anchor present = Anchor.parse(answer.path("present").path("text").asText());
        Map<String, String> verdicts = new LinkedHashMap<>();
        kept.heads().forEach(head -> verdicts.put(head.machine().toString(), unproven(kept, head, present)));
        answer.path("differences")
                .forEach(difference -> verdicts.merge(
                        difference.path("machine").asText(),
                        difference.path("kind").asText().equals("SIGNER_CHANGED")
                                ? ""
                                : difference.path("detail").asText(),
                        (here, there) -> there.isEmpty() ? here : there));
        return new Comparison(kept, present, verdicts);
    }

    /** Why it is not proved that a machine's ledger grew out of what was kept; empty when it is. */
    private static String unproven(Anchor kept, AnchorHead head, Anchor present) {
        if (!present.storeId().equals(kept.storeId())) {
            return "the appliance gave an anchor of store " + present.storeId();
        }
        Optional<AnchorHead> now = present.head(head.machine());
        if (now.isEmpty()) {
            return "the appliance gave no head of it";
        }
        if (now.get().signer().isPresent() && !now.get().isSigned(present.storeId())) {
            return "the head that the appliance gave is not signed by the key that it names";
        }
        return now.get().grewOutOf(head) ? "" : "the appliance gave no proof that its ledger grew out of this one";
    }

    private static void tell(PrintStream out, Comparison comparison) {
        Table table = new Table("MACHINE", "THEN", "NOW", "LEDGER");
        for (AnchorHead head : comparison.kept().heads()) {
            String verdict = comparison.verdicts().getOrDefault(head.machine().toString(), "");
            table.row(
                    head.machine().toString(),
                    head.entries() + " entries, block " + head.block(),
                    comparison
                            .present()
                            .head(head.machine())
                            .map(now -> now.entries() + " entries, block " + now.block())
                            .orElse("-"),
                    verdict.isEmpty() ? "grew out of it, proved here" : "DIFFERS: " + verdict);
        }
        table.print(out, "The anchor has seen no history.");
        out.println(
                comparison.holds()
                        ? "The store holds all that the anchor has seen."
                        : "The store does not hold all that the anchor has seen.");
    }

    /**
     * The store beside an anchor.
     *
     * @param kept what somebody kept
     * @param present what the appliance gave now
     * @param verdicts by machine, what differs; empty words when nothing does
     */
    private record Comparison(Anchor kept, Anchor present, Map<String, String> verdicts) {

        boolean holds() {
            return verdicts.values().stream().allMatch(String::isEmpty);
        }
    }
}
