package io.holdfast.journal.internal.format;

/**
 * A run of whole MiB without data in an index run; narrow entries of the same run lie over it. 24 bytes little-endian: u64 key as in
 * {@link RunEntry}, u64 length in MiB, u64 zero.
 *
 * @param key disk, offset and kind
 * @param mebibytes how many
 */
public record WideEntry(long key, long mebibytes) {

    /** Bytes of an entry in a segment. */
    public static final int BYTES = 24;

    /**
     * Tells whether a MiB lies within.
     *
     * @param disk which disk
     * @param mebibyte which MiB of it
     * @return true when it does
     */
    public boolean covers(int disk, long mebibyte) {
        long first = RunEntry.offset(key) / Extent.BORDER_BYTES;
        return RunEntry.disk(key) == disk && mebibyte >= first && mebibyte < first + mebibytes;
    }
}
