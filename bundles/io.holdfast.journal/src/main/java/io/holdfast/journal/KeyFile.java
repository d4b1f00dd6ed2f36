package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The file that keeps the keys of one machine, readable by its owner alone (mode 0600). Layout: {@code docs/formats/keyfile.md}.
 *
 * @since 1.0
 */
public final class KeyFile {

    private KeyFile() {}

    /**
     * Reads the file, or writes it with new keys when there is none. Durable on return; of two callers at once both get the same keys.
     *
     * @param path where
     * @param machine whose keys
     * @param random where new keys come from
     * @return the keys
     * @throws HoldfastException as for {@link #read}, except that a missing file is no error
     */
    public static MachineKeys readOrCreate(Path path, MachineId machine, SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the file.
     *
     * @param path where
     * @param machine whose keys
     * @return the keys
     * @throws HoldfastException with {@link ErrorCode#KEY_MISSING} when there is no file, it is damaged or it is another machine's,
     *     {@link ErrorCode#VERSION_UNSUPPORTED} when it is of a newer format, {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static MachineKeys read(Path path, MachineId machine) {
        throw new UnsupportedOperationException();
    }

    /**
     * Overwrites and deletes the file. Durable on return. Nothing happens when there is none. On media that write elsewhere than in place, the
     * old bytes may stay readable with special means.
     *
     * @param path where
     * @throws HoldfastException with {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static void destroy(Path path) {
        throw new UnsupportedOperationException();
    }
}
