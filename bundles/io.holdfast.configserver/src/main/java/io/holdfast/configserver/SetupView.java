package io.holdfast.configserver;

/**
 * How far the set-up is.
 *
 * @param administratorReady the one-time password was changed
 * @since 1.0
 */
public record SetupView(boolean administratorReady) {}
