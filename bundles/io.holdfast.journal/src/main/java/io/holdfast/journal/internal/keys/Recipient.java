package io.holdfast.journal.internal.keys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * One way to open a key file: its file key, sealed for somebody. 104 bytes, little-endian:
 *
 * <pre>
 *      0    2 kind       1: store key, 2: recovery key
 *      2    6 reserved
 *      8   16 id         of that key
 *     24   32 ephemeral  one-time X25519 public key; zeroes for a store key
 *     56   48 file key   sealed, with its tag
 * </pre>
 */
record Recipient(int kind, byte[] id, byte[] ephemeral, byte[] sealed) {

    static final int BYTES = 104;

    private static final int STORE = 1;
    private static final int RECOVERY = 2;
    private static final int HEAD = 8;
    private static final int SEALED_BYTES = 48;

    static byte[] seal(StoreKey key, byte[] prefix, byte[] salt, byte[] fileKey) {
        return new Recipient(
                        STORE, key.id(), new byte[Ciphers.KEY_BYTES], Ciphers.seal(key.wrapKey(salt), prefix, fileKey))
                .encode();
    }

    static byte[] seal(RecoveryRecipient recovery, byte[] prefix, byte[] salt, byte[] fileKey, SecureRandom random) {
        RecoverySecret.Wrap wrap = RecoverySecret.wrapFor(recovery, salt, random);
        return new Recipient(RECOVERY, recovery.id(), wrap.ephemeral(), Ciphers.seal(wrap.wrapKey(), prefix, fileKey))
                .encode();
    }

    private byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) kind)
                .position(HEAD)
                .put(id)
                .put(ephemeral)
                .put(sealed)
                .array();
    }

    static Recipient decode(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        byte[] id = new byte[Ciphers.ID_BYTES];
        byte[] ephemeral = new byte[Ciphers.KEY_BYTES];
        byte[] sealed = new byte[SEALED_BYTES];
        bytes.position(HEAD).get(id).get(ephemeral).get(sealed);
        return new Recipient(bytes.getShort(0), id, ephemeral, sealed);
    }

    boolean isFor(StoreKey key) {
        return kind == STORE && MessageDigest.isEqual(id, key.id());
    }

    boolean isFor(RecoveryRecipient recovery) {
        return kind == RECOVERY && MessageDigest.isEqual(id, recovery.id());
    }

    Optional<byte[]> open(StoreKey key, byte[] prefix, byte[] salt) {
        return Ciphers.open(key.wrapKey(salt), prefix, sealed);
    }

    Optional<byte[]> open(RecoverySecret secret, byte[] prefix, byte[] salt) {
        return secret.wrapKey(ephemeral, salt).flatMap(key -> Ciphers.open(key, prefix, sealed));
    }
}
