package io.holdfast.base.hash;

import java.util.Arrays;
import java.util.Optional;

/**
 * How the keyed hashes of blocks are made. A history keeps to one, or else no old block compares equal to a new one; each batch names its own, and
 * whoever gives a hash key to a source says with which algorithm.
 *
 * @since 1.0
 */
public enum BlockHashAlgorithm {
    /** {@link HmacBlockHash}: holds even against who has the hash key; as much work as LZ4. */
    HMAC_SHA256(1),
    /** {@link NhAesHash}: holds against who has no hash key; a fifth of the work. */
    NH_AES(2);

    /** What batches carry unless they are told otherwise. */
    public static final BlockHashAlgorithm DEFAULT = NH_AES;

    private final int id;

    BlockHashAlgorithm(int id) {
        this.id = id;
    }

    /**
     * Gives the number that stands in batches and messages.
     *
     * @return above 0, never changed
     */
    public int id() {
        return id;
    }

    /**
     * Finds an algorithm by its number.
     *
     * @param id as in a batch
     * @return the algorithm, or nothing when there is none of that number
     */
    public static Optional<BlockHashAlgorithm> of(int id) {
        return Arrays.stream(values()).filter(each -> each.id == id).findFirst();
    }
}
