package io.holdfast.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of an object that is to be created. Read from the front to the end, in pieces, and again when an attempt has failed.
 *
 * @since 1.0
 */
public interface BlobContent {

    /**
     * Tells how much there is.
     *
     * @return bytes; does not change
     */
    long length();

    /**
     * Reads a stretch.
     *
     * @param offset first byte
     * @param target filled from its position to its limit; the stretch lies within the content
     * @throws IOException when it cannot be read
     */
    void read(long offset, ByteBuffer target) throws IOException;

    /**
     * Gives bytes in memory.
     *
     * @param bytes from position to limit, at the time of this call; nobody changes them
     * @return the content
     */
    static BlobContent of(ByteBuffer bytes) {
        ByteBuffer kept = bytes.slice();
        return new BlobContent() {
            @Override
            public long length() {
                return kept.capacity();
            }

            @Override
            public void read(long offset, ByteBuffer target) {
                target.put(kept.slice((int) offset, target.remaining()));
            }
        };
    }
}
