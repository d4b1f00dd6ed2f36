package io.holdfast.cli.internal.command;

import io.holdfast.base.MachineId;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.journal.KeyFile;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryPaper;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Which keys a command on a store's folder uses, without an appliance. */
final class StoreKeys {

    private static final String KEYS = "keys";
    private static final String PAPER = "paper";
    private static final String PASSPHRASE_FILE = "passphrase-file";

    private StoreKeys() {}

    /** What such a command understands. */
    static Spec options(Spec spec) {
        return spec.withOption(KEYS, "FILE", "store.key, an export of keys, or the machine's key file in clear")
                .withOption(
                        PASSPHRASE_FILE,
                        "FILE",
                        "file whose first line opens that file; else it is asked for if needed")
                .withOption(PAPER, "FILE", "instead of a key file: the five lines of the recovery paper, typed");
    }

    /** Whether keys were given at all. */
    static boolean given(Context context) {
        return context.arguments().has(KEYS) || context.arguments().has(PAPER);
    }

    /** Opens the keys of a machine. */
    static MachineKeys open(Context context, Path store, MachineId machine) {
        return opener(context, store).apply(machine);
    }

    /** Opens the keys of any machine of a store; what has to be asked for is asked for once. */
    static Function<MachineId, MachineKeys> opener(Context context, Path store) {
        Optional<Path> keys = context.arguments().file(KEYS);
        Optional<Path> paper = context.arguments().file(PAPER);
        if (keys.isPresent() == paper.isPresent()) {
            throw CliException.usage("--keys", "--keys, --paper: expected exactly one of them");
        }
        if (paper.isPresent()) {
            RecoveryPaper typed = RecoveryPaper.parse(Connections.readFile("--" + PAPER, paper.get()));
            return machine -> KeyFile.open(typed, store, machine);
        }
        Path file = keys.orElseThrow();
        Optional<String> passphrase = KeyFile.needsPassphrase(file)
                ? Optional.of(SessionCommands.secret(context, PASSPHRASE_FILE, "Passphrase of " + file + ": "))
                : Optional.empty();
        return machine -> KeyFile.open(file, passphrase, store, machine);
    }
}
