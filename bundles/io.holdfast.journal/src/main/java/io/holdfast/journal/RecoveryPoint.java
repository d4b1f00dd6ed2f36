package io.holdfast.journal;

import io.holdfast.base.Position;
import io.holdfast.base.stream.MarkerKind;

/**
 * A moment to which the machine can be brought back.
 *
 * @param position epoch and sequence; the image is exactly the stream up to here
 * @param utcMillis the source's clock at the record of this sequence
 * @param proven whether every disk's capture was seen unbroken after it; only "latest, unproven" is not
 * @param kind what it is consistent with
 * @param label the name that somebody gave it, or the empty string
 * @since 1.0
 */
public record RecoveryPoint(Position position, long utcMillis, boolean proven, MarkerKind kind, String label) {}
