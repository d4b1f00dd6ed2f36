package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.file.DirectoryFiles;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.store.Layout;
import io.holdfast.journal.internal.verify.StoreCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Verifies a store that no process has open, or a copy of one. Reads every byte that means something and changes nothing; needs memory for one batch
 * at a time, whatever the size of the store.
 *
 * <p>Without keys it proves, against checksums, the chain of digests and the ledgers, that nothing was altered, cut, added or exchanged since it was
 * sealed, and what is not sealed yet since it was acknowledged; a store that was set back as a whole is a legal older store, which only an
 * anchor tells from the newest. With keys it also proves that every block is what was first received. What a cleaning has coded anew rests
 * without keys on the signature in the ledger.
 *
 * @since 1.0
 */
public final class StoreVerifier {

    private static final String STORE = "recovery store";

    private StoreVerifier() {}

    /**
     * Verifies the store in a directory.
     *
     * @param directory where; nothing is made when it is missing
     * @param keys gives a machine's keys, when there are any
     * @return what was found; damage is no error
     * @throws HoldfastException with {@link ErrorCode#NOT_FOUND} when there is no store, {@link ErrorCode#DATA_FOLDER_IN_USE} when a process has
     *     it open, {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static VerifyReport verify(Path directory, Function<MachineId, Optional<MachineKeys>> keys) {
        if (!Files.isDirectory(directory)) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "directory " + directory, "is not there");
        }
        return verify(DirectoryFiles.at(directory), keys);
    }

    /**
     * Verifies the store behind a file port.
     *
     * @param files where the store lies
     * @param keys gives a machine's keys, when there are any
     * @return as for a directory
     * @throws HoldfastException as for a directory
     */
    public static VerifyReport verify(StoreFiles files, Function<MachineId, Optional<MachineKeys>> keys) {
        if (!files.exists(Layout.IDENTITY) && !files.exists(Layout.CHECKPOINT)) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, STORE, "there is none in this directory");
        }
        return StoreCheck.alone(files, () -> new StoreCheck(files, keys).run());
    }
}
