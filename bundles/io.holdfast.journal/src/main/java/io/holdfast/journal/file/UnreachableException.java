package io.holdfast.journal.file;

import java.io.IOException;

/**
 * The place where a file rests, other than the store's own folder, does not answer now. Says nothing about the file, and stops nothing that goes on in
 * the folder.
 *
 * @since 1.0
 */
public final class UnreachableException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what was asked for and what came of it
     * @param cause what the place answered
     */
    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
