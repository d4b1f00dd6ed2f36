package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * The size constraints of an export ("Size constraints" of the specification).
 *
 * @param minimum offset and length of every request are multiples of this; a power of two, 1 to 65,536
 * @param preferred alignment at which requests are cheap; a power of two, at least 512 and {@code minimum}
 * @param payloadMax most bytes that one read or write carries; at least {@code preferred}, at most {@value #PAYLOAD_BYTES_LIMIT}
 * @since 1.0
 */
public record NbdBlockSizes(int minimum, int preferred, int payloadMax) {

    /** The largest payload either side of ours accepts, and what the specification calls portable. */
    public static final int PAYLOAD_BYTES_LIMIT = 32 << 20;

    /** What holds when nothing else was agreed: single bytes, 4 KiB, 32 MiB. */
    public static final NbdBlockSizes DEFAULT = new NbdBlockSizes(1, 4096, PAYLOAD_BYTES_LIMIT);

    private static final int MINIMUM_MAX = 1 << 16;
    private static final int PREFERRED_MIN = 512;

    public NbdBlockSizes {
        if (!powerOfTwo(minimum)
                || minimum > MINIMUM_MAX
                || !powerOfTwo(preferred)
                || preferred < Math.max(minimum, PREFERRED_MIN)
                || payloadMax < preferred
                || payloadMax > PAYLOAD_BYTES_LIMIT) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "block sizes",
                    minimum + "/" + preferred + "/" + payloadMax + "; expected powers of two, minimum at most "
                            + MINIMUM_MAX + ", preferred at least " + PREFERRED_MIN + ", payload at most "
                            + PAYLOAD_BYTES_LIMIT);
        }
    }

    /**
     * Tells whether a range keeps to the smallest block.
     *
     * @param offset first byte
     * @param length bytes
     * @return true when both are multiples of it
     */
    public boolean aligned(long offset, long length) {
        return ((offset | length) & (minimum - 1)) == 0;
    }

    private static boolean powerOfTwo(int value) {
        return value > 0 && Integer.bitCount(value) == 1;
    }
}
