package io.holdfast.base.hash;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of a machine's block hashes, and what it is used with. It prints nothing of the key.
 *
 * @since 1.0
 */
public final class BlockHashKey {

    /** Bytes of a key. */
    public static final int BYTES = 32;

    private final BlockHashAlgorithm algorithm;
    private final byte[] bytes;

    /**
     * Makes a key.
     *
     * @param algorithm what it is used with
     * @param bytes the key, exactly {@value #BYTES} bytes, copied
     */
    public BlockHashKey(BlockHashAlgorithm algorithm, byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(bytes.length + " bytes of key; expected " + BYTES);
        }
        this.algorithm = algorithm;
        this.bytes = bytes.clone();
    }

    /**
     * Tells what the key is used with.
     *
     * @return the algorithm
     */
    public BlockHashAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * Gives the key.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BlockHashKey key && key.algorithm == algorithm && Arrays.equals(key.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return algorithm.hashCode() + 31 * Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "block hash key for " + algorithm;
    }
}
