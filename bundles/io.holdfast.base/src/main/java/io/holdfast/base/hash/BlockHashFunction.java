package io.holdfast.base.hash;

/**
 * A keyed hash of 96 bits of a block of 4 KiB or of a part of one, bound to its place. {@code docs/formats/batch.md} has the definitions. Used by one
 * thread.
 *
 * @since 1.0
 */
@FunctionalInterface
public interface BlockHashFunction {

    /** Bytes of a hash. */
    int BYTES = 12;

    /** The longest content. */
    int CONTENT_BYTES_MAX = 4096;

    /**
     * Makes the function for a key.
     *
     * @param key says with which algorithm
     * @return the function
     */
    static BlockHashFunction of(BlockHashKey key) {
        return switch (key.algorithm()) {
            case HMAC_SHA256 -> new HmacBlockHash(key.bytes());
            case NH_AES -> new NhAesHash(key.bytes());
        };
    }

    /**
     * Hashes a block or a part of one.
     *
     * @param disk number of the disk
     * @param blockNumber number of the block
     * @param startInBlock first byte within the block
     * @param data where its content lies
     * @param offset the first byte there
     * @param length bytes, 1 to {@value #CONTENT_BYTES_MAX}
     * @param target where the hash goes
     * @param targetOffset its first byte there
     */
    void hash(
            int disk,
            long blockNumber,
            int startInBlock,
            byte[] data,
            int offset,
            int length,
            byte[] target,
            int targetOffset);
}
