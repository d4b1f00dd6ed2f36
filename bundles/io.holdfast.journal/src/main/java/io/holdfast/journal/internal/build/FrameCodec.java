package io.holdfast.journal.internal.build;

import io.holdfast.journal.Codec;
import io.holdfast.journal.internal.format.DamagedException;

/**
 * Compresses frames. One object serves one thread; it is opened for a batch and closed after it.
 *
 * <p>The same plaintext always makes the same bytes as long as {@link #version()} is the same: the bytes are encrypted under a key that
 * derives from the header, which carries the version.
 */
public interface FrameCodec extends AutoCloseable {

    /** A frame's compressed form never needs more than its plaintext and this. */
    int SLACK_BYTES = 1024;

    /**
     * Opens a codec.
     *
     * @param codec which
     * @return the codec
     */
    static FrameCodec open(Codec codec) {
        return switch (codec) {
            case NONE -> new StoredCodec();
            case LZ4 -> new Lz4Codec();
            case ZSTANDARD -> new ZstandardCodec();
        };
    }

    /**
     * Stands for the implementation that makes the bytes.
     *
     * @return differs between implementations
     */
    int version();

    /**
     * Compresses a frame.
     *
     * @param source where the plaintext lies
     * @param offset its first byte
     * @param length its length
     * @param target where the result goes; has room for {@code length + SLACK_BYTES}
     * @param targetOffset the result's first byte
     * @return the result's length; {@code length} or more means that it did not shrink and the target holds nothing of use
     */
    int compress(byte[] source, int offset, int length, byte[] target, int targetOffset);

    /**
     * Restores a frame.
     *
     * @param source where the compressed frame lies
     * @param offset its first byte
     * @param length its length
     * @param target where the plaintext goes
     * @param targetOffset its first byte
     * @param plaintextLength how long it must become
     * @throws DamagedException when the frame is none, or has another length
     */
    void decompress(byte[] source, int offset, int length, byte[] target, int targetOffset, int plaintextLength)
            throws DamagedException;

    @Override
    void close();
}
