package io.holdfast.console.rest.internal.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Map;

/** How errors look on the wire. */
public final class Failures {

    private static final int RETRY_SECONDS = 5;

    private Failures() {}

    /**
     * The body of every answer that is an error.
     *
     * @param code the name of the error
     * @param object the thing that is wrong
     * @param message what was found and what would be right, one sentence that names the object
     * @param errorClass whether trying again can help
     */
    public record Body(
            ErrorCode code, String object, String message, @JsonProperty("class") ErrorClass errorClass) {}

    /**
     * Turns an error into an answer.
     *
     * @param error what went wrong
     * @return the answer with the status that fits its name
     */
    public static Reply reply(HoldfastException error) {
        return reply(status(error.code()), error);
    }

    /**
     * Turns an error into an answer with a status of its own.
     *
     * @param status of HTTP, where it says more than the error's name
     * @param error what went wrong
     * @return the answer
     */
    public static Reply reply(int status, HoldfastException error) {
        Map<String, String> headers =
                switch (status) {
                    case 401 -> Map.of("WWW-Authenticate", "Bearer realm=\"Holdfast\"");
                    case 503 -> Map.of("Retry-After", Integer.toString(RETRY_SECONDS));
                    default -> Map.of();
                };
        return new Reply.Failed(status, error, headers);
    }

    /**
     * Turns an error into the body of its answer.
     *
     * @param error what went wrong
     * @return what the codec turns into JSON
     */
    public static Body body(HoldfastException error) {
        String message = error.getMessage();
        return new Body(
                error.code(), error.object(), message == null ? "" : message, error.code().errorClass());
    }

    /**
     * Says which HTTP status an error has.
     *
     * @param code its name
     * @return 400 and up
     */
    public static int status(ErrorCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> 400;
            case NOT_AUTHENTICATED -> 401;
            case NOT_AUTHORISED, PASSWORD_CHANGE_REQUIRED, CERTIFICATE_FOREIGN, CERTIFICATE_EXPIRED -> 403;
            case NOT_FOUND, POINT_NOT_FOUND, MACHINE_NOT_FOUND -> 404;
            case ALREADY_EXISTS,
                    ALREADY_PROTECTED,
                    ILLEGAL_STATE,
                    SOURCE_STILL_RUNNING,
                    BLOCK_JOB_CONFLICT,
                    EPOCH_STALE,
                    SEQUENCE_CONFLICT,
                    CANCELLED -> 409;
            case POINT_OLDER_THAN_HISTORY -> 410;
            case FRAME_TOO_LARGE -> 413;
            case MONITOR_NOT_REACHABLE,
                    MONITOR_NOT_QMP,
                    MONITOR_IN_USE,
                    HYPERVISOR_TOO_OLD,
                    NETWORK,
                    PROTOCOL_ERROR,
                    VERSION_UNSUPPORTED,
                    CAPTURE_BROKEN -> 502;
            case OVERLOADED, OUT_OF_MEMORY -> 503;
            case TIMEOUT -> 504;
            case DISK_FULL -> 507;
            case DATA_FOLDER_IN_USE,
                    DATA_FOLDER_READ_ONLY,
                    DATA_FOLDER_NEWER,
                    DATA_FOLDER_COPIED,
                    PORT_IN_USE,
                    DISK_ERROR,
                    STORE_DAMAGED,
                    LOG_DAMAGED,
                    KEY_MISSING,
                    HYPERVISOR_NOT_FOUND,
                    REPLICA_INVALID,
                    REPLICA_START_FAILED,
                    INTERNAL -> 500;
        };
    }
}
