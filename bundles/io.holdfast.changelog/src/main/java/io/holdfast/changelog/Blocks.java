package io.holdfast.changelog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Alignment and checksums shared by the two headers. */
final class Blocks {

    /** Headers begin at multiples of this, so that no sector that was synced is ever written again. */
    static final int BYTES = 4096;

    private Blocks() {}

    static long roundUp(long bytes) {
        return Math.addExact(bytes, BYTES - 1) & -BYTES;
    }

    /** CRC-32C of a range; positions of the buffer stay as they are. */
    static int crc(ByteBuffer buffer, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(from, length));
        return (int) crc.getValue();
    }
}
