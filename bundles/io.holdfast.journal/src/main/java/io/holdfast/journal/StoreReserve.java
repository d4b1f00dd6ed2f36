package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * How much of its medium a store keeps for its own maintenance: with less than that left it takes in no batches, so that segments can still be
 * sealed, merged and cleaned and what is done be entered in the ledger. It is the larger of a number of bytes and a share of the medium, and never
 * more than an eighth of the medium. It has to hold what maintenance writes before it deletes anything: a segment, the index of each machine's
 * newest segments, a merged index.
 *
 * @param bytesMin so many bytes, 0 to 1 TiB
 * @param percent this share of the medium, 0 to 12
 * @param bytesMax the share counts up to so many bytes, {@code bytesMin} to 1 TiB
 * @since 1.0
 */
public record StoreReserve(long bytesMin, int percent, long bytesMax) {

    /** Nothing is kept: batches are taken in until the medium is full. */
    public static final StoreReserve NONE = new StoreReserve(0, 0, 0);

    /** 1 GiB, or 2 % of a medium of more than 50 GiB, at most 64 GiB. */
    public static final StoreReserve USUAL = new StoreReserve(1L << 30, 2, 64L << 30);

    /** The most that can be kept, 1 TiB. */
    public static final long BYTES_MAX = 1L << 40;

    private static final int PERCENT_MAX = 12;
    private static final int PARTS = 8;

    public StoreReserve {
        if (bytesMin < 0 || bytesMin > BYTES_MAX || bytesMax < bytesMin || bytesMax > BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "reserve",
                    bytesMin + " to " + bytesMax + " bytes; expected two ascending numbers of 0 to " + BYTES_MAX);
        }
        if (percent < 0 || percent > PERCENT_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "reserve", percent + " percent; expected 0 to " + PERCENT_MAX);
        }
    }

    /**
     * A reserve of a number of bytes.
     *
     * @param bytes 0 to 1 TiB; 0 for none
     * @return the reserve
     */
    public static StoreReserve of(long bytes) {
        return new StoreReserve(bytes, 0, bytes);
    }

    /**
     * Tells what is kept of a medium.
     *
     * @param totalBytes the size of the medium
     * @return bytes
     */
    public long bytesOf(long totalBytes) {
        long share = Math.min(totalBytes / 100 * percent, bytesMax);
        return Math.min(Math.max(bytesMin, share), totalBytes / PARTS);
    }
}
