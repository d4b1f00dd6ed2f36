package io.holdfast.cli.internal.command;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointStretch;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifiedMachine;
import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks a recovery store's folder, and what it was when an anchor was made of it. No appliance is needed, and nothing is written to the store. */
final class VerifyCommands {

    private static final String DIR = "DIR";
    private static final String DIR_TEXT = "folder of a recovery store that no process has open, or of a copy";
    private static final String ANCHOR = "anchor";
    private static final String FILE = "FILE";
    private static final String OUT = "out";
    private static final int FINDINGS_SHOWN = 20;

    private VerifyCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        StoreKeys.options(Spec.of(
                                                "store verify",
                                                "Check every byte of a recovery store's folder, without an appliance")
                                        .with(DIR, DIR_TEXT)
                                        .withOption(
                                                ANCHOR, FILE, "also compare the store with what this anchor has seen"))
                                .withDetail("With keys all content is opened and compared with its hashes as well.")
                                .withDetail(
                                        "Ends with 1 when anything is damaged, and says what can still be brought back.")
                                .withDetail(
                                        "Bytes that were never acknowledged, as a crash leaves them, are named and are no damage."),
                        VerifyCommands::verify),
                new Command(
                        Spec.of("store anchor", "Write an anchor of a recovery store's folder, for somebody to keep")
                                .with(DIR, DIR_TEXT)
                                .withOption(OUT, FILE, "where to write it; to standard output when left out")
                                .withDetail("The store is verified first; there is no anchor of a damaged one."),
                        VerifyCommands::anchor));
    }

    private static ExitCode verify(Context context) {
        List<Anchor> anchors = context.arguments().file(ANCHOR).map(VerifyCommands::read).stream()
                .toList();
        Path folder = StoreFolder.path(context, DIR);
        GivenKeys keys = new GivenKeys(context, folder);
        VerifyReport report = check(folder, keys::open, anchors);
        if (context.json()) {
            context.terminal().out().println(Context.pretty(toMap(report)));
        } else {
            tell(context.plain(), report);
        }
        if (report.intact()) {
            keys.requireUse();
        }
        return report.intact() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static VerifyReport check(
            Path folder, Function<MachineId, Optional<MachineKeys>> keys, List<Anchor> anchors) {
        StoreFolder.requireNoDataFolder(folder);
        return StoreVerifier.verify(folder, new StoreVerifier.Means(keys, anchors, TimeSource.SYSTEM));
    }

    /** Keys of those machines that what was given opens; of the others it is said that their content is not checked. */
    private static final class GivenKeys {

        private final Context context;
        private final Optional<Function<MachineId, MachineKeys>> opener;
        private boolean used;
        private @Nullable HoldfastException refusal;

        GivenKeys(Context context, Path folder) {
            this.context = context;
            this.opener = StoreKeys.given(context) ? Optional.of(StoreKeys.opener(context, folder)) : Optional.empty();
        }

        Optional<MachineKeys> open(MachineId machine) {
            try {
                Optional<MachineKeys> opened = opener.map(given -> given.apply(machine));
                used |= opened.isPresent();
                return opened;
            } catch (HoldfastException e) {
                if (e.code() != ErrorCode.KEY_MISSING && e.code() != ErrorCode.KEY_FOREIGN) {
                    throw e;
                }
                context.complain("content is not checked: " + e.getMessage());
                refusal = e;
                return Optional.empty();
            }
        }

        /** Keys that are of none of the machines are a mistake, and nobody should think that content was checked. */
        void requireUse() {
            HoldfastException refused = refusal;
            if (refused != null && !used) {
                throw refused;
            }
        }
    }

    private static ExitCode anchor(Context context) {
        Optional<Path> out = context.arguments().file(OUT);
        out.ifPresent(NewFiles::require);
        VerifyReport report = check(StoreFolder.path(context, DIR), _ -> Optional.empty(), List.of());
        Anchor made = report.anchor()
                .orElseThrow(() -> new CliException(
                        ExitCode.FAILED,
                        "STORE_DAMAGED",
                        context.arguments().get(DIR),
                        context.arguments().get(DIR) + ": is damaged; see holdfastctl store verify"));
        if (out.isEmpty()) {
            context.terminal().out().print(made.toText());
            return ExitCode.OK;
        }
        NewFiles.write(out.get(), made.toText().getBytes(StandardCharsets.US_ASCII));
        return context.say("Wrote an anchor of " + made.heads().size() + " histories to " + out.get() + ".");
    }

    /** Reads an anchor's file. */
    static Anchor read(Path file) {
        try {
            if (Files.size(file) > Anchor.CHARACTERS_MAX) {
                throw CliException.usage(file.toString(), file + ": is too large for an anchor");
            }
            return Anchor.parse(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw CliException.usage(file.toString(), file + ": cannot be read: " + IoReasons.of(e));
        }
    }

    private static void tell(PrintStream out, VerifyReport report) {
        report.findings().stream()
                .filter(finding -> finding.kind() == VerifyFinding.Kind.DAMAGE)
                .limit(FINDINGS_SHOWN)
                .forEach(finding -> out.println("Damaged: " + words(finding)));
        long damages = report.findingsMore()
                + report.findings().stream()
                        .filter(finding -> finding.kind() == VerifyFinding.Kind.DAMAGE)
                        .count();
        if (damages > FINDINGS_SHOWN) {
            out.println("and " + (damages - FINDINGS_SHOWN) + " more; --json lists them.");
        }
        report.findings().stream()
                .filter(finding -> finding.kind() != VerifyFinding.Kind.DAMAGE)
                .limit(FINDINGS_SHOWN)
                .forEach(finding -> out.println("Note: " + words(finding)));
        Table table = new Table("MACHINE", "STATE", "NEWEST", "BLOCKS", "LEDGER", "SIGNED BY");
        for (VerifiedMachine machine : report.machines()) {
            table.row(
                    machine.machine().toString(),
                    machine.intact() ? "intact" : "damaged",
                    machine.newest(),
                    Long.toString(machine.blocks()),
                    machine.ledgerEntries() + " entries",
                    machine.signer().map(key -> key.toString().substring(0, 16)).orElse("nobody"));
        }
        table.print(out, "This store has no history.");
        report.machines().stream().filter(machine -> !machine.intact()).forEach(machine -> tell(out, machine));
        out.println((report.intact() ? "Intact: " : "Damaged: ") + Words.bytes(report.bytesRead()) + " read.");
    }

    private static String words(VerifyFinding finding) {
        String place = finding.length() > 0 || finding.offset() > 0 ? " at byte " + finding.offset() : "";
        return finding.file() + place + ": " + finding.detail();
    }

    private static void tell(PrintStream out, VerifiedMachine machine) {
        out.println("Machine " + machine.machine() + " can be brought back");
        for (PointStretch stretch : machine.stretches()) {
            String state = switch (stretch.state()) {
                case WHOLE -> "whole";
                case PARTIAL -> "but for the ranges below, unless they were written again";
                case UNREADABLE -> "not at all";
            };
            out.println("  from " + stretch.epoch() + "/" + stretch.first() + " to " + stretch.epoch() + "/"
                    + stretch.last() + ": " + state);
        }
        machine.lost().stream()
                .limit(FINDINGS_SHOWN)
                .forEach(lost -> out.println("  lost: disk " + lost.disk() + ", " + lost.length() + " bytes at "
                        + lost.offset() + ", written by " + lost.sequence()));
        if (machine.lost().size() > FINDINGS_SHOWN) {
            out.println("  and " + (machine.lost().size() - FINDINGS_SHOWN) + " more; --json lists them.");
        }
    }

    private static Map<String, Object> toMap(VerifyReport report) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("storeId", report.storeId().map(Object::toString).orElse(""));
        map.put("intact", report.intact());
        map.put("bytesRead", report.bytesRead());
        map.put(
                "findings",
                report.findings().stream().map(VerifyCommands::toMap).toList());
        map.put("findingsMore", report.findingsMore());
        map.put(
                "machines",
                report.machines().stream().map(VerifyCommands::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(VerifyFinding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", finding.kind().name());
        map.put("file", finding.file());
        map.put("offset", finding.offset());
        map.put("length", finding.length());
        map.put("detail", finding.detail());
        return map;
    }

    private static Map<String, Object> toMap(VerifiedMachine machine) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("machine", machine.machine().toString());
        map.put("incarnation", machine.incarnation());
        map.put("intact", machine.intact());
        map.put("segments", machine.segments());
        map.put("blocks", machine.blocks());
        map.put("newest", machine.newest());
        map.put("ledgerEntries", machine.ledgerEntries());
        map.put("ledgerRoot", machine.ledgerRoot().toString());
        map.put("signer", machine.signer().map(Object::toString).orElse(""));
        map.put("contentBlocks", machine.contentBlocks());
        map.put(
                "points",
                machine.stretches().stream()
                        .map(stretch -> Map.of(
                                "epoch", stretch.epoch(),
                                "first", stretch.first(),
                                "last", stretch.last(),
                                "state", stretch.state().name().toLowerCase(Locale.ROOT)))
                        .toList());
        map.put(
                "lost",
                machine.lost().stream()
                        .map(lost -> Map.of(
                                "disk", lost.disk(),
                                "offset", lost.offset(),
                                "length", lost.length(),
                                "sequence", lost.sequence()))
                        .toList());
        return map;
    }
}
