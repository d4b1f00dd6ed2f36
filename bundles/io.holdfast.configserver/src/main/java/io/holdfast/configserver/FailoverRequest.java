package io.holdfast.configserver;

import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;

/**
 * A failover as it is asked for.
 *
 * @param point which point
 * @param network how the replica is connected
 * @param force also while the source still answers and runs; goes on record
 * @since 1.0
 */
public record FailoverRequest(PointChoice point, NetworkChoice network, boolean force) {}
