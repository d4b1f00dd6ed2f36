package io.holdfast.model;

/**
 * One operation, and whether it is legal now.
 *
 * @param operation which
 * @param legal whether it would be accepted
 * @param reason why it is not legal, a sentence for people; empty when it is
 * @since 1.0
 */
public record NextStep(Operation operation, boolean legal, String reason) {}
