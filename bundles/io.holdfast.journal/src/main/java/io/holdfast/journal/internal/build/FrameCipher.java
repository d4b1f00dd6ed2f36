package io.holdfast.journal.internal.build;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.DamagedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens the frames of one batch: AES-256-GCM under the batch's own key, the frame number as nonce, header digest and frame number as
 * additional data. Used by one thread.
 */
public final class FrameCipher {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = BlockLayout.TAG_BYTES * 8;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] digest;

    /**
     * Makes the cipher of one batch.
     *
     * @param batchKey 32 bytes, derived from the batch's header
     * @param headerDigest the digest of that header
     */
    public FrameCipher(byte[] batchKey, ChainDigest headerDigest) {
        key = new SecretKeySpec(batchKey, "AES");
        digest = headerDigest.toBytes();
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM", e);
        }
    }

    /**
     * Seals a frame. A frame number is used once for each key.
     *
     * @param frame its number
     * @param source where the plaintext lies
     * @param offset its first byte
     * @param length its length
     * @param target where ciphertext and tag go; another array than the source, or the source itself
     * @param targetOffset their first byte; within the source, the plaintext's first byte
     */
    public void seal(int frame, byte[] source, int offset, int length, byte[] target, int targetOffset) {
        try {
            start(Cipher.ENCRYPT_MODE, frame);
            cipher.doFinal(source, offset, length, target, targetOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing frame " + frame + " failed", e);
        }
    }

    /**
     * Opens a frame.
     *
     * @param frame its number
     * @param source where ciphertext and tag lie
     * @param offset their first byte
     * @param length their length
     * @param target where the plaintext goes; another array than the source
     * @param targetOffset its first byte
     * @throws DamagedException when the tag does not match: the bytes were altered, or the key is another one
     */
    public void open(int frame, byte[] source, int offset, int length, byte[] target, int targetOffset)
            throws DamagedException {
        try {
            start(Cipher.DECRYPT_MODE, frame);
            cipher.doFinal(source, offset, length, target, targetOffset);
        } catch (AEADBadTagException _) {
            throw DamagedException.damaged("the tag of frame " + frame + " does not match");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening frame " + frame + " failed", e);
        }
    }

    private void start(int mode, int frame) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, frame)
                .array();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(digest);
        cipher.updateAAD(nonce, 0, Integer.BYTES);
    }
}
