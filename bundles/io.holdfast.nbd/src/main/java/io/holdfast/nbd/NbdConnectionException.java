package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection could not be made, or cannot be used any more. Whether an outstanding change was applied is not known.
 *
 * @since 1.0
 */
public final class NbdConnectionException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * Creates the error.
     *
     * @param code {@code NETWORK}, {@code TIMEOUT}, {@code PROTOCOL_ERROR}, {@code NOT_FOUND} (no such export), {@code NOT_AUTHENTICATED}
     *     (TLS wanted by one side only), {@code CERTIFICATE_FOREIGN}, {@code CERTIFICATE_EXPIRED}, {@code ILLEGAL_STATE} (closed by this
     *     side) or {@code CANCELLED} (the thread was interrupted)
     * @param message what was found and what would be right
     * @param cause what led to it
     */
    public NbdConnectionException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * Names the error.
     *
     * @return the code given at construction
     */
    public ErrorCode code() {
        return code;
    }
}
