package io.holdfast.model;

import io.holdfast.base.Position;

/**
 * A failover of a machine that was begun.
 *
 * @param point the recovery point that the replica shows
 * @param oldEnd the newest position of the history before it was fenced; where the old branch ends
 * @param replica the replica's id
 * @since 1.0
 */
public record Failover(Position point, Position oldEnd, String replica) {}
