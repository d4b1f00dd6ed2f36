package io.holdfast.journal.internal.build;

import io.holdfast.journal.internal.format.DamagedException;

/** Compresses nothing. */
final class StoredCodec implements FrameCodec {

    @Override
    public int version() {
        return 0;
    }

    @Override
    public int compress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
        return length;
    }

    @Override
    public void decompress(byte[] source, int offset, int length, byte[] target, int targetOffset, int plaintextLength)
            throws DamagedException {
        throw DamagedException.damaged("a compressed frame in a batch without a codec");
    }

    @Override
    public void close() {
        // holds nothing
    }
}
