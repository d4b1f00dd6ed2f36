package io.holdfast.journal;

import io.holdfast.base.Position;
import java.nio.ByteBuffer;

/**
 * A finished batch. The same records after the same start always make the same bytes.
 *
 * @param bytes the whole batch, read-only, position 0; use a duplicate for relative reads
 * @param epoch the epoch it was written in
 * @param firstSequence the first sequence in it, or the next one when it holds none
 * @param lastSequence the last sequence in it, one less than the first when it holds none
 * @param blockNumber its number in the machine's history
 * @param chain its digest
 * @param plaintextBytes bytes of data taken in, zeroes and discards not counted
 * @param lastUtcMillis the source's clock at its newest record
 * @since 1.0
 */
public record SealedBatch(
        ByteBuffer bytes,
        long epoch,
        long firstSequence,
        long lastSequence,
        long blockNumber,
        ChainDigest chain,
        long plaintextBytes,
        long lastUtcMillis) {

    public SealedBatch {
        bytes = bytes.asReadOnlyBuffer();
    }

    /**
     * The batch's newest position.
     *
     * @return epoch and last sequence
     */
    public Position last() {
        return new Position(epoch, lastSequence);
    }

    /**
     * The batch's size.
     *
     * @return bytes
     */
    public int storedBytes() {
        return bytes.limit();
    }
}
