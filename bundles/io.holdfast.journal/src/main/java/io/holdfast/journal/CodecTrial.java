package io.holdfast.journal;

/**
 * A piece of a batch at hand on which codecs can be tried, so that they are compared on the same data. It is there only while its tester is being
 * called, by that thread. Nothing that is tried has an effect on the batch.
 *
 * @since 1.0
 */
public interface CodecTrial {

    /**
     * How long the piece is: one frame, or less in a small batch.
     *
     * @return 1 to 65,536 bytes
     */
    int plaintextBytes();

    /**
     * Compresses the piece. The first call for a codec also prepares it, which a batch does once for all of its frames; so whoever measures time
     * measures a second call.
     *
     * @param codec which
     * @return bytes that it would take at rest, without tag; those of the plaintext when it does not shrink
     */
    int storedBytes(Codec codec);
}
