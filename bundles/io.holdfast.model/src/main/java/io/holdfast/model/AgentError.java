package io.holdfast.model;

import io.holdfast.base.ErrorCode;

/**
 * An error as an agent tells it.
 *
 * @param code its name
 * @param object the thing that is wrong
 * @param message what was found and what would be right
 * @since 1.0
 */
public record AgentError(ErrorCode code, String object, String message) {}
