package io.holdfast.nbd;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request was answered with an error. An export throws it to choose the error its client sees; the client throws it for an error that the
 * server sent. The connection stays usable either way.
 *
 * @since 1.0
 */
public final class NbdException extends IOException {

    private static final long serialVersionUID = 1L;

    private final NbdError error;

    /**
     * Creates the error.
     *
     * @param error its name on the wire
     * @param message what was found and what would be right; sent to the peer where the protocol can carry it
     */
    public NbdException(NbdError error, String message) {
        this(error, message, null);
    }

    /**
     * Creates the error with what led to it.
     *
     * @param error its name on the wire
     * @param message what was found and what would be right; sent to the peer where the protocol can carry it
     * @param cause what led to it
     */
    public NbdException(NbdError error, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    /**
     * Names the error.
     *
     * @return its name on the wire
     */
    public NbdError error() {
        return error;
    }
}
