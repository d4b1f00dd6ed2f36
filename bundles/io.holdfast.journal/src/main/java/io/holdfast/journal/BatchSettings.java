package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.hash.BlockHashAlgorithm;

/**
 * How batches are built.
 *
 * @param codec how frames are compressed
 * @param plaintextBytesMax a batch is full at this much data, 64 KiB to 16 MiB; a single larger record still makes a batch of its own
 * @param hash how blocks are hashed; the same for all of a history
 * @since 1.0
 */
public record BatchSettings(Codec codec, int plaintextBytesMax, BlockHashAlgorithm hash) {

    private static final int PLAINTEXT_BYTES_LEAST = 64 << 10;
    private static final int PLAINTEXT_BYTES_MOST = 16 << 20;
    private static final int USUAL_BYTES = 1 << 20;

    public BatchSettings {
        if (plaintextBytesMax < PLAINTEXT_BYTES_LEAST || plaintextBytesMax > PLAINTEXT_BYTES_MOST) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "plaintextBytesMax",
                    plaintextBytesMax + "; expected " + PLAINTEXT_BYTES_LEAST + " to " + PLAINTEXT_BYTES_MOST);
        }
    }

    /**
     * Batches of a given size, with the usual hash.
     *
     * @param codec how frames are compressed
     * @param plaintextBytesMax as above
     */
    public BatchSettings(Codec codec, int plaintextBytesMax) {
        this(codec, plaintextBytesMax, BlockHashAlgorithm.DEFAULT);
    }

    /**
     * The same batches with another codec.
     *
     * @param other how frames are compressed
     * @return the changed settings
     */
    public BatchSettings withCodec(Codec other) {
        return new BatchSettings(other, plaintextBytesMax, hash);
    }

    /**
     * The usual size of a batch, 1 MiB, with the usual hash.
     *
     * @param codec how frames are compressed
     * @return the settings
     */
    public static BatchSettings of(Codec codec) {
        return new BatchSettings(codec, USUAL_BYTES);
    }
}
