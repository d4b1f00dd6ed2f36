package io.holdfast.model;

/**
 * Where the machine runs in production (M-148).
 *
 * @since 1.0
 */
public enum ActiveLocation {
    PRIMARY,
    SECONDARY
}
