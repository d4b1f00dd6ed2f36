package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a block's header. Each block of a machine's history names its predecessor by it, so the newest one stands for the whole
 * history before it.
 *
 * @since 1.0
 */
public final class ChainDigest {

    /** Bytes of a digest. */
    public static final int BYTES = 32;

    /** What the first block of a history names as its predecessor: all zeroes. */
    public static final ChainDigest NONE = new ChainDigest(new byte[BYTES]);

    private final byte[] value;

    private ChainDigest(byte[] value) {
        this.value = value;
    }

    /**
     * Makes a digest from its bytes.
     *
     * @param value exactly {@link #BYTES} bytes; copied
     * @return the digest
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the length is wrong
     */
    public static ChainDigest of(byte[] value) {
        if (value.length != BYTES) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "chain digest", value.length + " bytes; expected " + BYTES);
        }
        return new ChainDigest(value.clone());
    }

    /**
     * Gives the bytes.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return value.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChainDigest that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
