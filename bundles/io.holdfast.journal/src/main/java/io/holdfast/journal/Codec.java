package io.holdfast.journal;

/**
 * How the frames of a batch are compressed. A frame that does not shrink is stored as it is, whatever the codec.
 *
 * @since 1.0
 */
public enum Codec {
    /** Stored as it is. */
    NONE(0),
    /** LZ4 block format: fast. */
    LZ4(1),
    /** Zstandard, level 1: denser. */
    ZSTANDARD(2);

    private final int id;

    Codec(int id) {
        this.id = id;
    }

    /**
     * The number that stands for this codec in a batch.
     *
     * @return 0 to 255, never reused
     */
    public int id() {
        return id;
    }
}
