package io.holdfast.cli.internal.command;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.output.ProgressLine;
import io.holdfast.cli.internal.output.Table;
import io.holdfast.cli.internal.output.Words;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.HistoryTransfer;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.SegmentPlaces;
import io.holdfast.journal.TransferKind;
import io.holdfast.journal.TransferOrder;
import io.holdfast.journal.TransferProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is in a recovery store's folder, and carrying it to another folder. No appliance and no key is needed. */
final class StoreCommands {

    private static final String DIR = "DIR";
    private static final String DIR_TEXT = "folder of a recovery store that no process has open";
    private static final String TARGET = "TARGET";
    private static final String TARGET_TEXT = "folder of another recovery store; made when it is missing or empty";
    private static final String MACHINE = "machine";
    private static final String MACHINE_TEXT = "only this machine's history; all of them when left out";
    private static final String GO_ON = "Whatever breaks it, the same command goes on where it stopped.";

    private StoreCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Spec.of("store list", "List the histories in a recovery store's folder")
                                .with(DIR, StoreFolder.READ_TEXT),
                        StoreCommands::list),
                new Command(
                        Spec.of(
                                        "store copy",
                                        "Copy histories to another recovery store, or bring copies there up to date")
                                .with(DIR, StoreFolder.READ_TEXT)
                                .with(TARGET, TARGET_TEXT)
                                .withOption(MACHINE, "ID", MACHINE_TEXT)
                                .withDetail(GO_ON)
                                .withDetail(
                                        "Key files are not copied: without its key a history can be kept and checked, not read."),
                        StoreCommands::copy),
                new Command(
                        Spec.of("store move", "Move histories to another recovery store, where they go on")
                                .with(DIR, DIR_TEXT)
                                .with(TARGET, TARGET_TEXT)
                                .withOption(MACHINE, "ID", MACHINE_TEXT)
                                .withFlag("destroy", "destroy the histories in DIR once every byte was compared")
                                .withDetail(GO_ON)
                                .withDetail(
                                        "Without --destroy the histories in DIR stay readable and take no batches."),
                        StoreCommands::move),
                new Command(
                        Spec.of("store place", "Have the sealed segments of a recovery store rest in another folder")
                                .with(DIR, DIR_TEXT)
                                .with(
                                        "PLACE",
                                        "folder for the sealed segments of this store alone; made when it is missing")
                                .withDetail(
                                        "Segments that are there are carried at once, later ones by the appliance."),
                        StoreCommands::place),
                new Command(
                        Spec.of("store release", "Have a copy, or a history that was moved, take batches in this store")
                                .with(DIR, DIR_TEXT)
                                .withRequired(MACHINE, "ID", "the machine")
                                .withDetail(
                                        "Only when the other store is lost or its history was destroyed: two stores that take batches of one machine are never joined again."),
                        StoreCommands::release));
    }

    private static ExitCode list(Context context) {
        try (RecoveryStore store = StoreFolder.openReading(context, StoreFolder.path(context, DIR))) {
            List<Map<String, Object>> histories = new ArrayList<>();
            List<HoldfastException> refused = new ArrayList<>();
            for (MachineId machine : store.machines()) {
                try {
                    store.find(machine).ifPresent(history -> histories.add(describe(history)));
                } catch (HoldfastException e) {
                    refused.add(e);
                }
            }
            if (refused.isEmpty() || !histories.isEmpty()) {
                show(context, histories, "This store has no history.");
            }
            return told(context, refused);
        }
    }

    private static Map<String, Object> describe(MachineHistory history) {
        HistoryHead head = history.head();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("machine", history.machine().toString());
        row.put("state", history.standing().state().name());
        row.put("epoch", head.position().epoch());
        row.put("sequence", head.position().sequence());
        row.put("provenSequence", head.provenSequence());
        row.put("bytes", bytesOf(history));
        row.put("otherStore", history.standing().otherStore().toString());
        row.put("otherPlace", history.standing().otherPlace());
        return row;
    }

    private static long bytesOf(MachineHistory history) {
        return history.statistics().ciphertextBytes() + history.statistics().metadataBytes();
    }

    private static ExitCode show(Context context, List<Map<String, Object>> histories, String whenEmpty) {
        if (context.json()) {
            context.terminal().out().println(Context.pretty(histories));
            return ExitCode.OK;
        }
        Table table = new Table("MACHINE", "STATE", "EPOCH", "SEQUENCE", "AT REST", "OTHER STORE");
        for (Map<String, Object> row : histories) {
            table.row(
                    String.valueOf(row.get("machine")),
                    String.valueOf(row.get("state")).toLowerCase(Locale.ROOT),
                    String.valueOf(row.get("epoch")),
                    String.valueOf(row.get("sequence")),
                    row.get("bytes") instanceof Long bytes ? Words.bytes(bytes) : "-",
                    String.valueOf(row.get("otherPlace")).isEmpty() ? "-" : String.valueOf(row.get("otherPlace")));
        }
        table.print(context.plain(), whenEmpty);
        return ExitCode.OK;
    }

    private static ExitCode copy(Context context) {
        return transfer(context, TransferKind.COPY);
    }

    private static ExitCode move(Context context) {
        return transfer(
                context, context.arguments().has("destroy") ? TransferKind.MOVE_AND_DESTROY : TransferKind.MOVE);
    }

    private static ExitCode transfer(Context context, TransferKind kind) {
        Path from = StoreFolder.path(context, DIR);
        Path to = StoreFolder.path(context, TARGET);
        StoreFolder.requireApart(from, TARGET, to);
        try (RecoveryStore source =
                kind == TransferKind.COPY ? StoreFolder.openToCopy(context, from) : StoreFolder.open(from)) {
            List<MachineId> machines = StoreFolder.machines(context, source);
            machines.stream()
                    .filter(machine -> !source.machines().contains(machine))
                    .findFirst()
                    .ifPresent(machine -> {
                        throw notThere(machine);
                    });
            try (RecoveryStore target = StoreFolder.openOrMake(to)) {
                return transfer(
                        context, source, machines, new TransferOrder(target, kind, from.toString(), to.toString()));
            }
        }
    }

    /** What is wrong with one history, or with its copy, keeps no other one from being carried; of several errors one decides how the command ends. */
    private static ExitCode transfer(
            Context context, RecoveryStore source, List<MachineId> machines, TransferOrder order) {
        List<Map<String, Object>> arrived = new ArrayList<>();
        List<HoldfastException> refused = new ArrayList<>();
        for (MachineId machine : machines) {
            try {
                carry(context, source.transfer(machine, order), machine);
                order.target().find(machine).ifPresent(history -> arrived.add(describe(history)));
            } catch (HoldfastException e) {
                if (e.code().errorClass() == ErrorClass.RECOVERABLE) {
                    throw e;
                }
                refused.add(e);
            }
        }
        if (refused.isEmpty() || !arrived.isEmpty()) {
            show(context, arrived, "There is no history to carry.");
        }
        return told(context, refused);
    }

    /** Tells of each history that was refused; the first decides how the command ends. */
    private static ExitCode told(Context context, List<HoldfastException> refused) {
        refused.stream().skip(1).forEach(e -> context.complain(e.getMessage() + " (" + e.code() + ")"));
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
        return ExitCode.OK;
    }

    private static void carry(Context context, HistoryTransfer started, MachineId machine) {
        ProgressLine line = new ProgressLine(context.terminal());
        try (HistoryTransfer transfer = started) {
            while (transfer.step()) {
                TransferProgress progress = transfer.progress();
                line.show(
                        "machine " + machine + ": " + progress.phase().name().toLowerCase(Locale.ROOT),
                        progress.bytesDone(),
                        progress.bytesTotal());
            }
        } finally {
            line.end();
        }
    }

    private static ExitCode place(Context context) {
        Path directory = StoreFolder.path(context, DIR);
        Path place = StoreFolder.path(context, "PLACE");
        StoreFolder.require(directory);
        StoreFolder.requireApart(directory, "PLACE", place);
        SegmentPlaces.set(directory, place);
        try (RecoveryStore store = StoreFolder.open(directory)) {
            while (store.offload()) {
                // one segment after the other
            }
        }
        return context.say("The sealed segments of " + directory + " rest in " + place + ".");
    }

    private static ExitCode release(Context context) {
        MachineId machine = StoreFolder.machine(context.arguments().get(MACHINE));
        try (RecoveryStore store = StoreFolder.open(StoreFolder.path(context, DIR))) {
            store.find(machine).orElseThrow(() -> notThere(machine)).release();
            return context.say("The history of machine " + machine + " takes batches in this store.");
        }
    }

    private static HoldfastException notThere(MachineId machine) {
        return new HoldfastException(ErrorCode.NOT_FOUND, "machine " + machine, "has no history in this store");
    }
}
