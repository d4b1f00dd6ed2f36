package io.holdfast.journal.internal.build;

import io.holdfast.journal.Codec;
import io.holdfast.journal.CodecTrial;
import java.util.EnumMap;
import java.util.Map;

/** A frame that codecs are tried on. Used by one thread. */
final class FrameTrial implements CodecTrial, AutoCloseable {

    private final byte[] plaintext;
    private final int from;
    private final int length;
    private final byte[] target;
    private final int targetOffset;
    private final Map<Codec, FrameCodec> codecs = new EnumMap<>(Codec.class);

    /**
     * Makes the trial of one frame.
     *
     * @param plaintext where the frame lies
     * @param from its first byte
     * @param length its length
     * @param target where results go; has room for {@code length + FrameCodec.SLACK_BYTES}
     * @param targetOffset their first byte
     */
    FrameTrial(byte[] plaintext, int from, int length, byte[] target, int targetOffset) {
        this.plaintext = plaintext;
        this.from = from;
        this.length = length;
        this.target = target;
        this.targetOffset = targetOffset;
    }

    @Override
    public int plaintextBytes() {
        return length;
    }

    @Override
    public int storedBytes(Codec codec) {
        FrameCodec open = codecs.computeIfAbsent(codec, FrameCodec::open);
        return Math.min(length, open.compress(plaintext, from, length, target, targetOffset));
    }

    @Override
    public void close() {
        codecs.values().forEach(FrameCodec::close);
    }
}
