package io.holdfast.journal.file;

import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * The medium, or this process on it, may read and not write.
 *
 * @since 1.0
 */
public final class ReadOnlyMediumException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param path which file or folder was to be changed
     * @param cause what the system said
     */
    public ReadOnlyMediumException(String path, IOException cause) {
        super(path + ": " + reasonOf(cause), cause);
    }

    private static String reasonOf(IOException cause) {
        return cause instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : "permission denied";
    }
}
