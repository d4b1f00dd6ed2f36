package io.holdfast.cli.internal.command;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.cli.internal.CliException;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreReserve;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Recovery stores as folders, without an appliance: commands open them themselves, one process at a time. */
final class StoreFolder {

    private static final long CACHE_BYTES = 8L << 20;

    /** Small caches: a command goes through a store once. The log has its usual size, for a store that is made. */
    private static final StoreSettings SETTINGS = new StoreSettings(
                    StoreSettings.DEFAULT.intakeBytes(),
                    StoreSettings.DEFAULT.segmentPlaintextBytesMax(),
                    StoreSettings.DEFAULT.pendingBytesMax(),
                    StoreSettings.DEFAULT.straightBytesMin(),
                    CACHE_BYTES,
                    CACHE_BYTES)
            .withReserve(StoreReserve.USUAL);

    private StoreFolder() {}

    /** Reads a folder's path from the command line. */
    static Path path(Context context, String parameter) {
        String word = context.arguments().get(parameter);
        try {
            return Path.of(word).toAbsolutePath();
        } catch (InvalidPathException _) {
            throw CliException.usage(parameter, parameter + ": '" + word + "' given; expected the path of a folder");
        }
    }

    /** Refuses two folders of which one is the other, or lies in it. */
    static void requireApart(Path folder, String parameter, Path other) {
        Path one = real(folder);
        Path two = real(other);
        if (one.startsWith(two) || two.startsWith(one)) {
            String found = one.equals(two) ? "is DIR itself" : "lies in DIR, or DIR in it";
            throw CliException.usage(
                    parameter, parameter + ": '" + other + "' " + found + "; expected a folder apart from it");
        }
    }

    /** The path without links, as far as it is there. */
    private static Path real(Path folder) {
        Path parent = folder.getParent();
        Path name = folder.getFileName();
        try {
            return folder.toRealPath();
        } catch (IOException _) {
            return parent == null || name == null
                    ? folder.normalize()
                    : real(parent).resolve(name).normalize();
        }
    }

    /** Opens a store that is there. */
    static RecoveryStore open(Path folder) {
        if (!Files.exists(folder.resolve("store"))) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, folder.toString(), "holds no recovery store");
        }
        return RecoveryStore.open(folder, SETTINGS, TimeSource.SYSTEM);
    }

    /** Opens a store, or makes one where there is nothing. */
    static RecoveryStore openOrMake(Path folder) {
        return RecoveryStore.open(folder, SETTINGS, TimeSource.SYSTEM);
    }

    /** The machines that a command is about: the one of {@code --machine}, else all. */
    static List<MachineId> machines(Context context, RecoveryStore store) {
        return context.arguments()
                .find("machine")
                .map(StoreFolder::machine)
                .map(List::of)
                .orElseGet(store::machines);
    }

    /** Reads a machine's id. */
    static MachineId machine(String word) {
        try {
            return MachineId.parse(word);
        } catch (HoldfastException _) {
            throw CliException.usage(
                    "--machine",
                    "--machine: '" + word + "' given; expected the id of a machine, as store list shows it");
        }
    }
}
