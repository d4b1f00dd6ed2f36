package io.holdfast.processserver.internal.coding;

/**
 * What came of compressing one piece of a batch by both codecs.
 *
 * @param plaintextBytes its length
 * @param lz4 by LZ4
 * @param zstandard by Zstandard
 */
public record TriedPiece(int plaintextBytes, Outcome lz4, Outcome zstandard) {

    /**
     * By one codec.
     *
     * @param storedBytes what it became
     * @param busyNanos of a processor
     */
    public record Outcome(int storedBytes, long busyNanos) {}
}
