package io.holdfast.model;

import io.holdfast.base.ErrorCode;

/**
 * An error as it is kept and shown: cause, evidence and fix (M-100 to M-104).
 *
 * @param code its name
 * @param object the thing that is wrong
 * @param message what was found and what would be right
 * @param fix what a person can do about it
 * @param atMillis when it was met, milliseconds since 1970-01-01T00:00Z by the appliance's clock
 * @since 1.0
 */
public record ErrorReport(ErrorCode code, String object, String message, String fix, long atMillis) {}
