package io.holdfast.journal;

/**
 * How the keyed hashes of blocks are made. A history keeps to one, or else no old block compares equal to a new one; each batch names its own.
 *
 * @since 1.0
 */
public enum BlockHashAlgorithm {
    /** HMAC-SHA256, first 96 bits: holds even against who has the hash key; as much work as LZ4. */
    HMAC_SHA256(1),
    /** {@link io.holdfast.base.hash.NhAesHash}: holds against who has no hash key; a quarter of the work. */
    NH_AES(2);

    /** What agents compute when they compare, and so what batches carry unless they are told otherwise. */
    public static final BlockHashAlgorithm DEFAULT = HMAC_SHA256;

    private final int id;

    BlockHashAlgorithm(int id) {
        this.id = id;
    }

    /**
     * Gives the number that stands in batches.
     *
     * @return never changed
     */
    public int id() {
        return id;
    }
}
