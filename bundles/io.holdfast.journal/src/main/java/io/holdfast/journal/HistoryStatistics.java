package io.holdfast.journal;

/**
 * How much a machine's history holds and takes.
 *
 * @param plaintextBytes bytes of data taken in, zeroes and discards not counted
 * @param ciphertextBytes bytes of compressed and sealed payload at rest
 * @param metadataBytes every other byte at rest: headers, hashes, indexes, padding
 * @param segments files of the history
 * @param records sequences given
 * @param quarantinedBytes bytes set aside as damaged
 * @since 1.0
 */
public record HistoryStatistics(
        long plaintextBytes,
        long ciphertextBytes,
        long metadataBytes,
        int segments,
        long records,
        long quarantinedBytes) {

    /**
     * The metadata's share.
     *
     * @return metadata by plaintext, 0 when there is no plaintext
     */
    public double metadataShare() {
        return plaintextBytes == 0 ? 0 : (double) metadataBytes / plaintextBytes;
    }
}
