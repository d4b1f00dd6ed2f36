package io.holdfast.processserver.internal.coding;

import io.holdfast.journal.Codec;

/**
 * What a byte of plaintext costs with each codec. The one in use is measured on whole batches; the other differs from it as it did where both were
 * tried on the same data, so a change of the data changes both figures at once.
 */
final class CodecCosts {

    /** Batches count half when about two thirds of so much plaintext have come after them. */
    private static final double MEMORY_BYTES = 8 << 20;

    /** How much of the earlier trials is kept at each one. */
    private static final double TRIALS_KEPT = 0.75;

    /** The rest of the work (hash, cipher, copy) never takes less than this part of the whole, whatever a trial says. */
    private static final double REST_LEAST = 0.2;

    /** Nothing is free: keeps rates finite where a clock is too coarse. */
    private static final double NANOS_LEAST = 1e-3;

    private Codec used = Codec.LZ4;
    private double plaintextBytes;
    private double storedBytes;
    private double busyNanos;

    private double triedBytes;
    private double lz4Bytes;
    private double lz4Nanos;
    private double zstandardBytes;
    private double zstandardNanos;

    /**
     * What a byte of plaintext costs.
     *
     * @param busyNanos of one processor
     * @param storedBytes at rest
     */
    record Cost(double busyNanos, double storedBytes) {}

    /** Notes a batch; one of the codec that was in use before says nothing about this one. */
    void built(Codec codec, long plaintext, long stored, long nanos) {
        if (codec != used || plaintext <= 0) {
            return;
        }
        double keep = MEMORY_BYTES / (MEMORY_BYTES + plaintext);
        plaintextBytes = plaintextBytes * keep + plaintext;
        storedBytes = storedBytes * keep + stored;
        busyNanos = busyNanos * keep + nanos;
    }

    void tried(TriedPiece piece) {
        triedBytes = triedBytes * TRIALS_KEPT + piece.plaintextBytes();
        lz4Bytes = lz4Bytes * TRIALS_KEPT + piece.lz4().storedBytes();
        lz4Nanos = lz4Nanos * TRIALS_KEPT + piece.lz4().busyNanos();
        zstandardBytes = zstandardBytes * TRIALS_KEPT + piece.zstandard().storedBytes();
        zstandardNanos = zstandardNanos * TRIALS_KEPT + piece.zstandard().busyNanos();
    }

    boolean areKnown() {
        return plaintextBytes > 0 && triedBytes > 0;
    }

    Codec used() {
        return used;
    }

    /** What a codec costs; only when {@link #areKnown}. */
    Cost of(Codec codec) {
        double busy = busyNanos / plaintextBytes;
        double stored = storedBytes / plaintextBytes;
        if (codec != used) {
            boolean toZstandard = codec == Codec.ZSTANDARD;
            double more = (zstandardNanos - lz4Nanos) / triedBytes;
            busy = Math.max(busy + (toZstandard ? more : -more), busy * REST_LEAST);
            stored *= toZstandard ? zstandardBytes / lz4Bytes : lz4Bytes / zstandardBytes;
        }
        return new Cost(Math.max(busy, NANOS_LEAST), stored);
    }

    /** Goes over to the other codec, which costs what was expected until its first batches say what it does. */
    void use(Codec codec) {
        Cost expected = of(codec);
        plaintextBytes = Math.min(plaintextBytes, MEMORY_BYTES / 4);
        busyNanos = expected.busyNanos() * plaintextBytes;
        storedBytes = expected.storedBytes() * plaintextBytes;
        used = codec;
    }
}
