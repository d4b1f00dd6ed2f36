package io.holdfast.model;

import io.holdfast.base.Position;
import io.holdfast.base.stream.MarkerKind;
import org.jspecify.annotations.Nullable;

/**
 * A moment of a machine's past to which it can be brought back.
 *
 * @param position its place in the machine's stream
 * @param utcMillis the source's clock at that place; a label
 * @param kind what it is consistent with
 * @param label the name somebody gave it, or null
 * @since 1.0
 */
public record RecoveryPoint(
        Position position,
        long utcMillis,
        MarkerKind kind,
        @Nullable String label) {}
