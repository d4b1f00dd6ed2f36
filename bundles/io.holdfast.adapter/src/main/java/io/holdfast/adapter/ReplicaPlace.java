package io.holdfast.adapter;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which replica, and where it is kept: all that has to be known to find it again.
 *
 * @param id of the replica, not of the machine; never used for another one
 * @param folder of this replica alone, absolute, at most {@value #FOLDER_BYTES_MAX} bytes long because UNIX sockets lie in it; the adapter
 *     creates and removes it, the folder above it must exist
 * @since 1.0
 */
public record ReplicaPlace(UUID id, Path folder) {

    /** The longest path of a folder that leaves room for the names of sockets. */
    public static final int FOLDER_BYTES_MAX = 80;

    public ReplicaPlace {
        int length = folder.toString().getBytes(StandardCharsets.UTF_8).length;
        if (!folder.isAbsolute() || folder.getNameCount() == 0 || length > FOLDER_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    folder.toString(),
                    "not usable as the folder of a replica; expected an absolute path of at most " + FOLDER_BYTES_MAX
                            + " bytes");
        }
    }
}
