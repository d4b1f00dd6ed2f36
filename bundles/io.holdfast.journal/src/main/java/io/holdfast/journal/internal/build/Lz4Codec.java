package io.holdfast.journal.internal.build;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.airlift.compress.v3.lz4.Lz4Decompressor;
import io.airlift.compress.v3.lz4.Lz4NativeCompressor;
import io.holdfast.journal.internal.format.DamagedException;

/** LZ4 block format, by the native library where there is one for the platform. */
final class Lz4Codec implements FrameCodec {

    /** aircompressor 3.4. A golden batch in the tests fails when another version makes other bytes: then this changes too. */
    private static final int LIBRARY_VERSION = 0x0304_0000;

    private static final int NATIVE = 1;
    private static final int JAVA = 2;

    private final Lz4Compressor compressor = Lz4Compressor.create();
    private final Lz4Decompressor decompressor = Lz4Decompressor.create();

    @Override
    public int version() {
        return LIBRARY_VERSION | (Lz4NativeCompressor.isEnabled() ? NATIVE : JAVA);
    }

    @Override
    public int compress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
        return compressor.compress(source, offset, length, target, targetOffset, length + SLACK_BYTES);
    }

    @Override
    public void decompress(byte[] source, int offset, int length, byte[] target, int targetOffset, int plaintextLength)
            throws DamagedException {
        int restored;
        try {
            restored = decompressor.decompress(source, offset, length, target, targetOffset, plaintextLength);
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw DamagedException.damaged("an LZ4 frame that cannot be restored: " + e.getMessage());
        }
        if (restored != plaintextLength) {
            throw DamagedException.damaged("an LZ4 frame of " + restored + " bytes; expected " + plaintextLength);
        }
    }

    @Override
    public void close() {
        // the library holds nothing between calls
    }
}
