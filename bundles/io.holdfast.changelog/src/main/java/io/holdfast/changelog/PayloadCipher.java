package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** Seals and opens payloads of one file with AES-256-GCM. One thread at a time. */
final class PayloadCipher {

    static final int TAG_BYTES = 16;

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";

    private final SecretKey key;
    private final Cipher cipher;

    PayloadCipher(SecretKey key) {
        this.key = key;
        try {
            this.cipher = Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    /** Writes the sealed payload, tag last, to the target. */
    void seal(GroupHeader header, ByteBuffer payload, ByteBuffer target) {
        try {
            prepare(Cipher.ENCRYPT_MODE, header);
            cipher.doFinal(payload, target);
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    /** Opens a payload; false when it is not what was sealed. */
    boolean open(GroupHeader header, ByteBuffer payload, ByteBuffer target) {
        try {
            prepare(Cipher.DECRYPT_MODE, header);
            cipher.doFinal(payload, target);
            return true;
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    private void prepare(int mode, GroupHeader header) throws GeneralSecurityException {
        cipher.init(
                mode,
                key,
                new GCMParameterSpec(TAG_BYTES * Byte.SIZE, header.nonce().bytes()));
        cipher.updateAAD(header.associatedData());
    }

    private static HoldfastException unavailable(GeneralSecurityException cause) {
        return new HoldfastException(ErrorCode.INTERNAL, TRANSFORMATION, "cannot be used in this Java runtime", cause);
    }
}
