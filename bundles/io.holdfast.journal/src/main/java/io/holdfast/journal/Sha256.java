package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256: of a file, of a Merkle tree, of whatever the name of the variable says. Immutable.
 *
 * @since 1.0
 */
public final class Sha256 {

    /** Bytes of a digest. */
    public static final int BYTES = 32;

    private final byte[] value;

    private Sha256(byte[] value) {
        this.value = value;
    }

    /**
     * Makes a digest from its bytes.
     *
     * @param value exactly {@link #BYTES} bytes; copied
     * @return the digest
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the length is wrong
     */
    public static Sha256 of(byte[] value) {
        if (value.length != BYTES) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "SHA-256", value.length + " bytes; expected " + BYTES);
        }
        return new Sha256(value.clone());
    }

    /**
     * Reads a digest as {@link #toString} writes it.
     *
     * @param hex 64 hexadecimal digits
     * @return the digest
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is none
     */
    public static Sha256 parse(String hex) {
        try {
            return of(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "SHA-256", "is no hexadecimal number: " + e.getMessage(), e);
        }
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
        return other instanceof Sha256 that && Arrays.equals(value, that.value);
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
