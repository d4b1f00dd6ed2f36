package io.holdfast.journal.internal.keys;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/**
 * The private half of the recovery key: 32 bytes that stand on paper and nowhere else. Printing it shows its name alone.
 */
public final class RecoverySecret {

    /** How much of its id stands on the paper. */
    public static final int NAME_BYTES = 7;

    private static final String WRAP_LABEL = "holdfast recovery";

    private final X25519PrivateKeyParameters key;

    private RecoverySecret(X25519PrivateKeyParameters key) {
        this.key = key;
    }

    /**
     * Makes a new one.
     *
     * @param random where it comes from
     * @return a key that nobody else has
     */
    public static RecoverySecret generate(SecureRandom random) {
        return of(Ciphers.random(random));
    }

    /**
     * Takes one from paper.
     *
     * @param bytes 32; copied
     * @return the key
     */
    public static RecoverySecret of(byte[] bytes) {
        return new RecoverySecret(new X25519PrivateKeyParameters(bytes, 0));
    }

    /**
     * Gives the secret itself, for paper.
     *
     * @return 32 bytes
     */
    public byte[] bytes() {
        return key.getEncoded();
    }

    /**
     * Gives the half that may be kept.
     *
     * @param confirmedMillis when a person had typed a part of the paper back
     * @return the public key
     */
    public RecoveryRecipient recipient(long confirmedMillis) {
        return new RecoveryRecipient(key.generatePublicKey().getEncoded(), confirmedMillis);
    }

    /** The key that seals one file key, on the side that has a one-time private key and the public key; and that one-time key's public half. */
    record Wrap(byte[] ephemeral, byte[] wrapKey) {}

    static Wrap wrapFor(RecoveryRecipient recipient, byte[] salt, SecureRandom random) {
        X25519PrivateKeyParameters once = new X25519PrivateKeyParameters(Ciphers.random(random), 0);
        byte[] ephemeral = once.generatePublicKey().getEncoded();
        byte[] shared = agree(once, recipient.publicKey())
                .orElseThrow(() -> new IllegalStateException("the public key of the recovery key is of small order"));
        return new Wrap(ephemeral, Ciphers.derive(shared, WRAP_LABEL, ephemeral, recipient.publicKey(), salt));
    }

    /** The same key on the side of the paper; nothing when the one-time key was altered to one that agrees with everybody. */
    Optional<byte[]> wrapKey(byte[] ephemeral, byte[] salt) {
        byte[] publicKey = key.generatePublicKey().getEncoded();
        return agree(key, ephemeral).map(shared -> Ciphers.derive(shared, WRAP_LABEL, ephemeral, publicKey, salt));
    }

    private static Optional<byte[]> agree(X25519PrivateKeyParameters own, byte[] other) {
        X25519Agreement agreement = new X25519Agreement();
        agreement.init(own);
        byte[] shared = new byte[agreement.getAgreementSize()];
        try {
            agreement.calculateAgreement(new X25519PublicKeyParameters(other, 0), shared, 0);
            return Optional.of(shared);
        } catch (IllegalStateException _) {
            Arrays.fill(shared, (byte) 0);
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "recovery key " + recipient(0).name();
    }
}
