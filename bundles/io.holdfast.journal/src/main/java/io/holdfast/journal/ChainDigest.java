package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * The SHA-256 of a block's header. Each block of a machine's history names its predecessor by it, so the newest one stands for the whole
 * history before it.
 *
 * @param sha256 the digest
 * @since 1.0
 */
public record ChainDigest(Sha256 sha256) {

    /** Bytes of a digest. */
    public static final int BYTES = Sha256.BYTES;

    /** What the first block of a history names as its predecessor: all zeroes. */
    public static final ChainDigest NONE = of(new byte[BYTES]);

    /**
     * Makes a digest from its bytes.
     *
     * @param value exactly {@link #BYTES} bytes; copied
     * @return the digest
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the length is wrong
     */
    public static ChainDigest of(byte[] value) {
        return new ChainDigest(Sha256.of(value));
    }

    /**
     * Gives the bytes.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return sha256.toBytes();
    }

    /** 64 hexadecimal digits. */
    @Override
    public String toString() {
        return sha256.toString();
    }
}
