package io.holdfast.journal.internal.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The few primitives that wrapping needs. Every key that {@link #seal} is given seals one text and no other, which is why the nonce is zero.
 */
final class Ciphers {

    /** Of every key, salt and public key. */
    static final int KEY_BYTES = 32;

    static final int TAG_BYTES = 16;
    static final int ID_BYTES = 16;

    private static final byte[] NONCE = new byte[12];

    private Ciphers() {}

    static byte[] random(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** HMAC-SHA256 over a label and more. */
    static byte[] derive(byte[] key, String label, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(label.getBytes(StandardCharsets.US_ASCII));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The first 16 bytes: what names a key. */
    static byte[] id(byte[] digest) {
        return Arrays.copyOf(digest, ID_BYTES);
    }

    /** AES-256-GCM under a key that is used once. */
    static byte[] seal(byte[] key, byte[] additional, byte[] plaintext) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, additional).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing a key failed", e);
        }
    }

    /** The plaintext, or nothing when the key is another one or the bytes were altered. The tag is compared in constant time. */
    static Optional<byte[]> open(byte[] key, byte[] additional, byte[] sealed) {
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, additional).doFinal(sealed));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening a key failed", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] additional) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, NONCE));
        cipher.updateAAD(additional);
        return cipher;
    }
}
