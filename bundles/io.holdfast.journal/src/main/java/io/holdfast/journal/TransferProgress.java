package io.holdfast.journal;

/**
 * How far a transfer is.
 *
 * @param phase what is done now
 * @param bytesDone bytes copied and read back, or compared, in this phase
 * @param bytesTotal bytes that this phase has to do; grows while the source takes batches
 * @param blockNumber the newest block that is durable in the target
 * @since 1.0
 */
public record TransferProgress(Phase phase, long bytesDone, long bytesTotal, long blockNumber) {

    /** The phases of a transfer, in their order. A copy passes over the last two but one. */
    public enum Phase {
        /** What the target has not got yet is copied. The source takes batches. */
        COPYING,
        /** A move: the source has stopped taking batches; what came last is copied. */
        SWITCHING,
        /** A move: every byte in the target is compared with the source. The source takes no batches. */
        COMPARING,
        /** Everything is done. */
        DONE
    }
}
