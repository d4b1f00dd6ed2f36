package io.holdfast.journal;

import io.holdfast.base.Position;

/**
 * A stretch of one epoch in which every sequence is a recovery point.
 *
 * @param first the oldest point
 * @param last the newest point, in the same epoch
 * @param firstUtcMillis the source's clock at the oldest point
 * @param lastUtcMillis the source's clock at the newest point
 * @since 1.0
 */
public record PointInterval(Position first, Position last, long firstUtcMillis, long lastUtcMillis) {}
