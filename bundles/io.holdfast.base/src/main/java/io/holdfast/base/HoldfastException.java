package io.holdfast.base;

import org.jspecify.annotations.Nullable;

/**
 * An error with a name. The message says which thing, what was found and what would be right; the state it leaves is stated by the method
 * that throws it.
 *
 * @since 1.0
 */
public final class HoldfastException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String object;

    /**
     * Creates the error.
     *
     * @param code its name
     * @param object the thing that is wrong: a setting, a file, a machine, an address
     * @param message what was found and what would be right, one sentence, without the name of the object
     */
    public HoldfastException(ErrorCode code, String object, String message) {
        this(code, object, message, null);
    }

    /**
     * Creates the error with what led to it.
     *
     * @param code its name
     * @param object the thing that is wrong: a setting, a file, a machine, an address
     * @param message what was found and what would be right, one sentence, without the name of the object
     * @param cause what led to it
     */
    public HoldfastException(ErrorCode code, String object, String message, @Nullable Throwable cause) {
        super(object + ": " + message, cause);
        this.code = code;
        this.object = object;
    }

    /**
     * Names the error.
     *
     * @return the code
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * Names the thing that is wrong.
     *
     * @return the object given at construction
     */
    public String object() {
        return object;
    }

    /** Class, code and message; what logs and stack traces show. */
    @Override
    public String toString() {
        return getClass().getName() + "(" + code + "): " + getMessage();
    }
}
