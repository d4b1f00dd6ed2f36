package io.holdfast.journal.file;

import java.io.IOException;

/**
 * The medium does not give back bytes that lie on it, as at a sector that has gone bad. Says nothing about other bytes, nor about whether the medium
 * takes new ones.
 *
 * @since 1.0
 */
public final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long position;

    /**
     * Creates the error.
     *
     * @param path which file
     * @param position of the first byte that was not given back
     * @param cause what the system said
     */
    public UnreadableException(String path, long position, IOException cause) {
        super(path + " cannot be read at byte " + position + ": " + cause.getMessage(), cause);
        this.position = position;
    }

    /**
     * Tells where.
     *
     * @return offset in the file of the first byte that was not given back
     */
    public long position() {
        return position;
    }
}
