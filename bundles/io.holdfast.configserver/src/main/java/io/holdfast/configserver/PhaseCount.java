package io.holdfast.configserver;

import io.holdfast.model.ProtectionPhase;

/**
 * How many machines stand in one phase.
 *
 * @param phase which
 * @param machines how many
 * @since 1.0
 */
public record PhaseCount(ProtectionPhase phase, int machines) {}
