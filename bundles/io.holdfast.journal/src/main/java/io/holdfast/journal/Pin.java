package io.holdfast.journal;

import io.holdfast.base.Position;

/**
 * Keeps a point from being retired, for as long as it is there.
 *
 * @param id given by the store, unique within the machine
 * @param position the point
 * @param reason for people, at most 200 characters
 * @since 1.0
 */
public record Pin(long id, Position position, String reason) {

    /** The longest reason. */
    public static final int REASON_CHARACTERS_MAX = 200;

    /** The most pins of one machine. */
    public static final int COUNT_MAX = 1_000;
}
