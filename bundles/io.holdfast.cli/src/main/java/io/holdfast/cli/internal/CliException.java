package io.holdfast.cli.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends a command with a message and an exit code. */
public final class CliException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String code;
    private final String object;

    /**
     * Creates the end of a command.
     *
     * @param exitCode what the process tells its caller
     * @param code name of the error, as the interface has it
     * @param object the thing that is wrong
     * @param message what was found and what would be right; names the object
     */
    public CliException(ExitCode exitCode, String code, String object, String message) {
        this(exitCode, code, object, message, null);
    }

    /**
     * Creates the end of a command with what led to it.
     *
     * @param exitCode what the process tells its caller
     * @param code name of the error, as the interface has it
     * @param object the thing that is wrong
     * @param message what was found and what would be right; names the object
     * @param cause what led to it
     */
    public CliException(ExitCode exitCode, String code, String object, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.code = code;
        this.object = object;
    }

    /**
     * A command line that is wrong.
     *
     * @param object the word that is wrong
     * @param message what would be right; names the word
     * @return the error
     */
    public static CliException usage(String object, String message) {
        return new CliException(ExitCode.USAGE, "INVALID_ARGUMENT", object, message);
    }

    /**
     * Tells the exit code.
     *
     * @return what the process tells its caller
     */
    public ExitCode exitCode() {
        return exitCode;
    }

    /**
     * Tells the error's name.
     *
     * @return as the interface has it
     */
    public String code() {
        return code;
    }

    /**
     * Shows the error to programs.
     *
     * @return code, object and message
     */
    public Map<String, String> toMap() {
        return Map.of("code", code, "object", object, "message", String.valueOf(getMessage()));
    }
}
