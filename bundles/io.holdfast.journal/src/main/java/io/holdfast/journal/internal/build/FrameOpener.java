package io.holdfast.journal.internal.build;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.DamagedException;
import org.jspecify.annotations.Nullable;

/**
 * Turns stored frames into plaintext. Codec and memory are kept from one frame to the next, the batch's key as long as frames come of the same batch.
 * Used by one thread.
 */
public final class FrameOpener implements AutoCloseable {

    private static final Codec[] CODECS = Codec.values();

    private final MachineKeys keys;
    private byte[] opened = {};
    private @Nullable Batch batch;
    private @Nullable FrameCipher cipher;
    private @Nullable Codec codecName;
    private @Nullable FrameCodec codec;

    /**
     * Says how the frames of a batch are made.
     *
     * @param codecId how they are compressed
     * @param keyId with which key they are sealed
     * @param epoch of the batch
     * @param digest of its header
     */
    public record Batch(int codecId, long keyId, long epoch, ChainDigest digest) {}

    /**
     * Where a frame lies.
     *
     * @param number of the frame
     * @param stored has its ciphertext and its tag
     * @param at their first byte
     * @param length of both together
     * @param isCompressed whether the plaintext was compressed
     */
    public record Frame(int number, byte[] stored, int at, int length, boolean isCompressed) {}

    /**
     * Makes an opener.
     *
     * @param keys of the machine
     */
    public FrameOpener(MachineKeys keys) {
        this.keys = keys;
    }

    /**
     * Opens a frame.
     *
     * @param of its batch
     * @param frame whose checksum has been checked
     * @param target takes the plaintext; undefined after an error
     * @param offset its first byte there
     * @param length of the plaintext
     * @throws DamagedException when the tag does not match, the content cannot be restored, or the key or codec is not known
     */
    public void open(Batch of, Frame frame, byte[] target, int offset, int length) throws DamagedException {
        Codec coded = codecOf(of);
        FrameCipher ready = cipher(of);
        if (!frame.isCompressed) {
            ready.open(frame.number, frame.stored, frame.at, frame.length, target, offset);
            return;
        }
        int openedLength = frame.length - BlockLayout.TAG_BYTES;
        if (opened.length < openedLength) {
            opened = new byte[openedLength];
        }
        ready.open(frame.number, frame.stored, frame.at, frame.length, opened, 0);
        codec(coded).decompress(opened, 0, openedLength, target, offset, length);
    }

    private Codec codecOf(Batch of) throws DamagedException {
        if (of.codecId >= CODECS.length) {
            throw DamagedException.damaged("codec " + of.codecId + " is not known");
        }
        return CODECS[of.codecId];
    }

    private FrameCipher cipher(Batch of) throws DamagedException {
        FrameCipher ready = cipher;
        if (ready == null || !of.equals(batch)) {
            if (!keys.has(of.keyId)) {
                throw DamagedException.damaged(
                        "it is sealed with key " + Long.toHexString(of.keyId) + "; given was " + keys);
            }
            ready = new FrameCipher(keys.deriveBatchKey(of.keyId, of.epoch, of.digest), of.digest);
            cipher = ready;
            batch = of;
        }
        return ready;
    }

    private FrameCodec codec(Codec wanted) {
        FrameCodec ready = codec;
        if (ready == null || wanted != codecName) {
            close();
            ready = FrameCodec.open(wanted);
            codec = ready;
            codecName = wanted;
        }
        return ready;
    }

    @Override
    public void close() {
        FrameCodec ready = codec;
        if (ready != null) {
            ready.close();
            codec = null;
        }
    }
}
