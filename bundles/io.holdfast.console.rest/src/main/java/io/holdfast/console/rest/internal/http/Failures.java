package io.holdfast.console.rest.internal.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.EnumMap;
import java.util.Map;

/** How errors look on the wire. */
public final class Failures {

    private static final int RETRY_SECONDS = 5;

    /** Errors whose status says more than their class does. */
    private static final Map<ErrorCode, Integer> STATUS = special();

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
            ErrorCode code,
            String object,
            String message,
            @JsonProperty("class") ErrorClass errorClass) {}

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
        Map<String, String> headers = switch (status) {
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
                error.code(),
                error.object(),
                message == null ? "" : message,
                error.code().errorClass());
    }

    /**
     * Says which HTTP status an error has. An error of a bundle newer than this one has that of its class.
     *
     * @param code its name
     * @return 400 and up
     */
    public static int status(ErrorCode code) {
        return STATUS.getOrDefault(
                code,
                switch (code.errorClass()) {
                    case REFUSED -> 409;
                    case RECOVERABLE -> 503;
                    case NON_RECOVERABLE -> 500;
                });
    }

    private static Map<ErrorCode, Integer> special() {
        Map<ErrorCode, Integer> status = new EnumMap<>(ErrorCode.class);
        status.put(ErrorCode.INVALID_ARGUMENT, 400);
        status.put(ErrorCode.PROTOCOL_ERROR, 400);
        status.put(ErrorCode.NOT_AUTHENTICATED, 401);
        status.put(ErrorCode.NOT_AUTHORISED, 403);
        status.put(ErrorCode.PASSWORD_CHANGE_REQUIRED, 403);
        status.put(ErrorCode.CERTIFICATE_FOREIGN, 403);
        status.put(ErrorCode.CERTIFICATE_EXPIRED, 403);
        status.put(ErrorCode.NOT_FOUND, 404);
        status.put(ErrorCode.POINT_NOT_FOUND, 404);
        status.put(ErrorCode.MACHINE_NOT_FOUND, 404);
        status.put(ErrorCode.BLOCK_JOB_CONFLICT, 409);
        status.put(ErrorCode.POINT_OLDER_THAN_HISTORY, 410);
        status.put(ErrorCode.FRAME_TOO_LARGE, 413);
        status.put(ErrorCode.MONITOR_NOT_REACHABLE, 502);
        status.put(ErrorCode.MONITOR_NOT_QMP, 502);
        status.put(ErrorCode.MONITOR_IN_USE, 502);
        status.put(ErrorCode.HYPERVISOR_TOO_OLD, 502);
        status.put(ErrorCode.NETWORK, 502);
        status.put(ErrorCode.TIMEOUT, 504);
        status.put(ErrorCode.DISK_FULL, 507);
        return status;
    }
}
