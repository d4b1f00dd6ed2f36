package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * The bounds of a recovery store. All sizes are in bytes.
 *
 * @param intakeBytes size of the preallocated intake log, 1 MiB to 1 GiB, a multiple of 8 KiB; kept from when the store was made
 * @param segmentPlaintextBytesMax a segment takes no more once it holds this much data, 64 KiB to 256 MiB
 * @param pendingBytesMax how much may wait for a commit, 1 MiB to 1 GiB
 * @param straightBytesMin when at least this much waits for one machine at a commit, it goes to its segment at once, not through the log
 * @param indexCacheBytes memory for what indexes say: a quarter for pages of runs (17 bytes an extent, 21 in merged runs), a quarter for fences of
 *     segments (8 bytes for 255 extents) and wide entries (16 bytes each), a quarter for resolved MiB of open images (24 to 48 bytes an extent), an
 *     eighth for headers of batches (24 bytes an extent, 12 a block hash), an eighth for places of frames (9 bytes each, 400 a batch)
 * @param frameCacheBytes memory for decrypted frames of open images
 * @param mergeFanIn so many neighbouring index runs are merged into one, 2 to 64
 * @param reserve what is kept free for maintenance; no batch is taken in that would need it
 * @since 1.0
 */
public record StoreSettings(
        long intakeBytes,
        long segmentPlaintextBytesMax,
        long pendingBytesMax,
        int straightBytesMin,
        long indexCacheBytes,
        long frameCacheBytes,
        int mergeFanIn,
        StoreReserve reserve) {

    private static final int FAN_IN_USUAL = 16;

    /** What suits an appliance with a heap of 512 MiB. */
    public static final StoreSettings DEFAULT = new StoreSettings(
                    64L << 20, 256L << 20, 64L << 20, 256 << 10, 32L << 20, 32L << 20)
            .withReserve(StoreReserve.USUAL);

    public StoreSettings {
        require("intakeBytes", intakeBytes, 1L << 20, 1L << 30);
        require("segmentPlaintextBytesMax", segmentPlaintextBytesMax, 64L << 10, 256L << 20);
        require("pendingBytesMax", pendingBytesMax, 1L << 20, 1L << 30);
        require("straightBytesMin", straightBytesMin, 1, 1L << 30);
        require("indexCacheBytes", indexCacheBytes, 64L << 10, 1L << 40);
        require("frameCacheBytes", frameCacheBytes, 64L << 10, 1L << 40);
        require("mergeFanIn", mergeFanIn, 2, 64);
        if (intakeBytes % 8192 != 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "intakeBytes", intakeBytes + "; expected a multiple of 8192");
        }
    }

    /**
     * Settings with the usual fan-in, 16, and without a reserve.
     *
     * @param intakeBytes as above
     * @param segmentPlaintextBytesMax as above
     * @param pendingBytesMax as above
     * @param straightBytesMin as above
     * @param indexCacheBytes as above
     * @param frameCacheBytes as above
     */
    public StoreSettings(
            long intakeBytes,
            long segmentPlaintextBytesMax,
            long pendingBytesMax,
            int straightBytesMin,
            long indexCacheBytes,
            long frameCacheBytes) {
        this(
                intakeBytes,
                segmentPlaintextBytesMax,
                pendingBytesMax,
                straightBytesMin,
                indexCacheBytes,
                frameCacheBytes,
                FAN_IN_USUAL,
                StoreReserve.NONE);
    }

    /**
     * The same settings with another fan-in.
     *
     * @param runs as above
     * @return the settings
     */
    public StoreSettings withMergeFanIn(int runs) {
        return new StoreSettings(
                intakeBytes,
                segmentPlaintextBytesMax,
                pendingBytesMax,
                straightBytesMin,
                indexCacheBytes,
                frameCacheBytes,
                runs,
                reserve);
    }

    /**
     * The same settings with another reserve.
     *
     * @param kept as above
     * @return the settings
     */
    public StoreSettings withReserve(StoreReserve kept) {
        return new StoreSettings(
                intakeBytes,
                segmentPlaintextBytesMax,
                pendingBytesMax,
                straightBytesMin,
                indexCacheBytes,
                frameCacheBytes,
                mergeFanIn,
                kept);
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, value + "; expected " + least + " to " + most);
        }
    }
}
