package io.holdfast.journal.file;

import java.io.IOException;

/**
 * The medium has no room left.
 *
 * @since 1.0
 */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param path which file was to grow
     */
    public DiskFullException(String path) {
        super(path + ": no space left on the medium");
    }
}
