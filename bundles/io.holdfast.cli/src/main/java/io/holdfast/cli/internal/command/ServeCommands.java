package io.holdfast.cli.internal.command;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.journal.KeyFile;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.nbd.NbdServer;
import io.holdfast.nbd.NbdServerSettings;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Reading histories where there is no appliance: a Java runtime, the store's folder and a key are all it takes. */
final class ServeCommands {

    private static final String DIR = "DIR";
    private static final String MACHINE = "machine";
    private static final String LATEST = "latest";

    private ServeCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        StoreKeys.options(Spec.of(
                                                "store serve",
                                                "Offer a point's disks read-only over NBD, until interrupted")
                                        .with(DIR, StoreFolder.READ_TEXT)
                                        .withRequired("point", "POINT", "latest, or EPOCH:SEQUENCE")
                                        .withRequired(
                                                "socket", "PATH", "UNIX socket to make; disk n is the export diskN")
                                        .withOption(MACHINE, "ID", "the machine; needed when the store holds several")
                                        .withFlag("unproven", "also a position that was never proven to be whole")
                                        .withFlag("once", "end when the last connection has ended"))
                                .withDetail("For example nbdcopy 'nbd+unix:///disk0?socket=PATH' disk0.raw."),
                        ServeCommands::serve),
                new Command(
                        StoreKeys.options(
                                Spec.of("keys unseal", "Write the keys of a machine in clear, for other readers")
                                        .with(DIR, "folder of a recovery store, for its folder keys")
                                        .withRequired(MACHINE, "ID", "the machine")
                                        .withRequired("out", "FILE", "a new file, readable by its owner alone")),
                        ServeCommands::unseal));
    }

    private static ExitCode unseal(Context context) {
        MachineId machine = StoreFolder.machine(context.arguments().get(MACHINE));
        MachineKeys keys = StoreKeys.open(context, StoreFolder.path(context, DIR), machine);
        Path out = context.arguments().file("out").orElseThrow();
        KeyFile.write(out, machine, keys);
        return context.say("The keys of machine " + machine + " lie in clear in " + out + ".");
    }

    private static ExitCode serve(Context context) {
        Path folder = StoreFolder.path(context, DIR);
        Path socket = context.arguments().file("socket").orElseThrow();
        try (RecoveryStore store = StoreFolder.openReading(context, folder)) {
            MachineHistory history = history(context, store);
            MachineKeys keys = StoreKeys.open(context, folder, history.machine());
            try (PointImage image = open(context, history, keys)) {
                return serve(context, image, socket);
            }
        }
    }

    private static MachineHistory history(Context context, RecoveryStore store) {
        List<MachineId> machines = StoreFolder.machines(context, store);
        if (machines.size() != 1) {
            throw CliException.usage(
                    "--" + MACHINE,
                    "--" + MACHINE + ": missing; the store holds " + machines.size()
                            + " machines, which holdfastctl store list shows");
        }
        MachineId machine = machines.getFirst();
        return store.find(machine)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "machine " + machine, "has no history in this store"));
    }

    private static PointImage open(Context context, MachineHistory history, MachineKeys keys) {
        boolean unproven = context.arguments().has("unproven");
        Position position = position(context, history, unproven);
        return unproven ? history.openUnproven(position, keys) : history.openPoint(position, keys);
    }

    private static Position position(Context context, MachineHistory history, boolean unproven) {
        String word = context.arguments().get("point");
        if (!word.equals(LATEST)) {
            try {
                return Position.parse(word);
            } catch (HoldfastException _) {
                throw CliException.usage(
                        "--point", "--point: '" + word + "' given; expected latest, or EPOCH:SEQUENCE such as 3:1200");
            }
        }
        return (unproven ? history.points().latest() : history.points().latestProven())
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.POINT_NOT_FOUND, "machine " + history.machine(), "there is no such point yet"))
                .position();
    }

    private static ExitCode serve(Context context, PointImage image, Path socket) {
        ServedDisks disks = new ServedDisks(image, context.terminal().err());
        ServeEnd end = new ServeEnd(context.arguments().has("once"));
        try (NbdServer server = NbdServer.start(NbdServerSettings.at(UnixDomainSocketAddress.of(socket)), disks, end)) {
            context.say("Offered: position " + image.point().position() + " on " + socket);
            for (DiskDescription disk : image.disks().disks()) {
                context.say("  " + ServedDisks.name(disk) + "  " + disk.sizeBytes() + " bytes  " + disk.identity());
            }
            context.terminal().out().flush();
            end.await();
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "DISK_ERROR",
                    socket.toString(),
                    socket + ": cannot be listened on: " + IoReasons.of(e),
                    e);
        } finally {
            end.closed();
        }
    }
}
