package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;

/**
 * A wish for a new epoch.
 *
 * @param expectedHead the position that the writer believes to be the store's head; the opening is refused when it is another one
 * @param parent the position that the new epoch's writes lie upon: the head itself, or an older position to branch from
 * @param cause why
 * @param writer who, for people, at most 200 characters
 * @param epochSeen the highest epoch that the source has ever seen, 0 if none. The new number is above it, so that no position is given
 *     twice even by a store that was set back to an older copy of itself
 * @since 1.0
 */
public record EpochRequest(Position expectedHead, Position parent, EpochCause cause, String writer, long epochSeen) {

    /** The longest name of a writer. */
    public static final int WRITER_CHARACTERS_MAX = 200;

    /** The highest epoch that may be named; keeps the numbers of a hostile source from running out. */
    public static final long EPOCH_MAX = 1L << 48;

    public EpochRequest {
        if (writer.length() > WRITER_CHARACTERS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "epoch writer",
                    writer.length() + " characters; expected at most " + WRITER_CHARACTERS_MAX);
        }
        if (epochSeen < 0 || epochSeen >= EPOCH_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "epoch seen", epochSeen + "; expected 0 to " + (EPOCH_MAX - 1));
        }
    }
}
