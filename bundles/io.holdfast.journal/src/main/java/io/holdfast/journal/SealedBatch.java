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
 * @param memory gives the batch's memory back to its builder when run; see {@link #release}
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
        long lastUtcMillis,
        Runnable memory) {

    public SealedBatch {
        bytes = bytes.asReadOnlyBuffer();
    }

    /**
     * Lets the builder use this batch's memory for a later one. To be called when nobody reads {@link #bytes} any more: after the commit that
     * made the batch durable, or after a failure. Whoever does not call it leaves the memory to the collector. A second call does nothing.
     */
    public void release() {
        memory.run();
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
