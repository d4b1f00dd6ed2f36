package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * Where a history is to be carried.
 *
 * @param target another store that is open in this process
 * @param kind what becomes of the history here
 * @param sourcePlace where this store lies, for people, at most {@link #PLACE_CHARACTERS_MAX} characters
 * @param targetPlace where the other store lies, for people, at most as many characters
 * @since 1.0
 */
public record TransferOrder(RecoveryStore target, TransferKind kind, String sourcePlace, String targetPlace) {

    /** The longest place. */
    public static final int PLACE_CHARACTERS_MAX = 1_000;

    public TransferOrder {
        for (String place : new String[] {sourcePlace, targetPlace}) {
            if (place.length() > PLACE_CHARACTERS_MAX) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "place of a store",
                        place.length() + " characters; expected at most " + PLACE_CHARACTERS_MAX);
            }
        }
    }
}
