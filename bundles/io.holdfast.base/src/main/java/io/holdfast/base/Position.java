package io.holdfast.base;

/**
 * A place in the stream of one machine. An epoch names who wrote; within a machine the sequence goes on across epochs, and a batch of an
 * epoch older than the store's is refused for ever.
 *
 * @param epoch 0 before the first epoch was opened, then 1 and up
 * @param sequence 0 before the first record, then 1 and up
 * @since 1.0
 */
public record Position(long epoch, long sequence) implements Comparable<Position> {

    /** Where every machine's history starts. */
    public static final Position ORIGIN = new Position(0, 0);

    public Position {
        if (epoch < 0 || sequence < 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "position",
                    "epoch " + epoch + ", sequence " + sequence + "; expected both at least 0");
        }
    }

    /**
     * Reads {@code epoch:sequence}.
     *
     * @param text as printed by {@link #toString()}
     * @return the position
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the text is no position
     */
    public static Position parse(String text) {
        int colon = text.indexOf(':');
        try {
            if (colon > 0) {
                return new Position(
                        Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
            }
        } catch (NumberFormatException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                "position",
                "'" + text + "' is not a position; expected epoch:sequence, for example 3:1200");
    }

    @Override
    @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
    public int compareTo(Position other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return epoch + ":" + sequence;
    }
}
