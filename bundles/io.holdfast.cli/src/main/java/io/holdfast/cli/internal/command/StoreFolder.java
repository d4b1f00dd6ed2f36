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

    /** What a command says of the folder of a store that it only reads. */
    static final String READ_TEXT =
            "folder of a recovery store that no process writes; its medium may be mounted for reading alone";

    private static final long CACHE_BYTES = 8L << 20;
    private static final int DAMAGES_SHOWN = 20;
    private static final String IDENTITY = "store";

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
        if (word.isEmpty()) {
            throw CliException.usage(parameter, parameter + ": is empty; expected the path of a folder");
        }
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

    /** Refuses what is no store; an appliance's data folder, which has it one level deeper, is taken for one easily. */
    static void require(Path folder) {
        requireNoDataFolder(folder);
        if (!Files.exists(folder.resolve(IDENTITY))) {
            throw new HoldfastException(
                    ErrorCode.NOT_FOUND,
                    folder.toString(),
                    Files.exists(folder) && !Files.isDirectory(folder) ? "is no folder" : "holds no recovery store");
        }
    }

    static void requireNoDataFolder(Path folder) {
        Path inner = folder.resolve(IDENTITY);
        if (Files.isDirectory(inner)) {
            throw new HoldfastException(
                    ErrorCode.NOT_FOUND,
                    folder.toString(),
                    "is no recovery store, but may hold one: expected " + inner);
        }
    }

    /** Opens a store that is there. */
    static RecoveryStore open(Path folder) {
        require(folder);
        return RecoveryStore.open(folder, SETTINGS, TimeSource.SYSTEM);
    }

    /** Opens a store that is there to look at it: nothing in its folder changes. What is damaged is told. */
    static RecoveryStore openReading(Context context, Path folder) {
        require(folder);
        RecoveryStore store = RecoveryStore.openReading(folder, SETTINGS, TimeSource.SYSTEM);
        store.damages().stream()
                .limit(DAMAGES_SHOWN)
                .forEach(damage -> context.complain(
                        "damaged: " + damage.file() + " at byte " + damage.offset() + ": " + damage.detail()));
        return store;
    }

    /**
     * Opens a store that is there to copy from it. One that can be written is put in order, so that batches that lie in its log alone get their places for
     * good; one that cannot is copied as it is read.
     */
    static RecoveryStore openToCopy(Context context, Path folder) {
        try {
            return open(folder);
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.DATA_FOLDER_READ_ONLY) {
                throw e;
            }
            return openReading(context, folder);
        }
    }

    /** Opens a store, or makes one where there is nothing. */
    static RecoveryStore openOrMake(Path folder) {
        requireNoDataFolder(folder);
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
