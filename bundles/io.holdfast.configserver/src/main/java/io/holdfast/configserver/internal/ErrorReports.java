package io.holdfast.configserver.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.AgentError;
import io.holdfast.model.ErrorReport;

/** Turns errors into what is kept and shown: cause, evidence and fix. */
public final class ErrorReports {

    private static final int LENGTH_MAX = 2_000;

    private ErrorReports() {}

    /**
     * Describes an error of ours.
     *
     * @param error what was thrown
     * @param atMillis the appliance's clock
     * @return the report
     */
    public static ErrorReport of(HoldfastException error, long atMillis) {
        String prefix = error.object() + ": ";
        String message = error.getMessage() == null ? "" : error.getMessage();
        return report(
                error.code(),
                error.object(),
                message.startsWith(prefix) ? message.substring(prefix.length()) : message,
                atMillis);
    }

    /**
     * Describes an error that an agent told.
     *
     * @param error as it came
     * @param atMillis the appliance's clock
     * @return the report
     */
    public static ErrorReport of(AgentError error, long atMillis) {
        return report(error.code(), error.object(), error.message(), atMillis);
    }

    /**
     * Turns an error that an agent told into one to throw.
     *
     * @param error as it came
     * @return the exception
     */
    public static HoldfastException exception(AgentError error) {
        return new HoldfastException(error.code(), error.object(), error.message());
    }

    private static ErrorReport report(ErrorCode code, String object, String message, long atMillis) {
        return new ErrorReport(code, cut(object), cut(message), Fixes.of(code), atMillis);
    }

    private static String cut(String text) {
        return text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX);
    }
}
