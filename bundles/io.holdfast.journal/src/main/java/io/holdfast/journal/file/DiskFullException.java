package io.holdfast.journal.file;

import java.io.IOException;

/**
 * The medium has no room left.
 *
 * @since 1.0
 */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1L;
    private static final String NO_SPACE = "No space left on device";
    private static final String OVER_QUOTA = "Disk quota exceeded";

    /**
     * Creates the error.
     *
     * @param path which file was to grow
     */
    public DiskFullException(String path) {
        this(path, "no space left on the medium");
    }

    /**
     * Creates the error, where room is not that of a medium.
     *
     * @param path which file was to grow
     * @param reason what is full, and what would be right
     */
    public DiskFullException(String path, String reason) {
        super(path + ": " + reason);
    }

    DiskFullException(String path, IOException cause) {
        this(path);
        initCause(cause);
    }

    /** The JDK has no type of its own for a full medium, only the system's text; the programs of the product are started in a locale that has it in English. */
    static boolean isMeantBy(IOException error) {
        String message = String.valueOf(error.getMessage());
        return message.contains(NO_SPACE) || message.contains(OVER_QUOTA);
    }
}
