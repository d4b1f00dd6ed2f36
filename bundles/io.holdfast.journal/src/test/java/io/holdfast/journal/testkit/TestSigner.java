package io.holdfast.journal.testkit;

import io.holdfast.journal.LedgerSigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Random;

/** Signs with the JDK's Ed25519, under a key that follows from a seed. */
public final class TestSigner implements LedgerSigner {

    private final KeyPair pair;

    public TestSigner(long seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, new Seeded(seed));
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public byte[] publicKey() {
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_BYTES, encoded.length);
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The same bytes each time. */
    private static final class Seeded extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final Random random;

        Seeded(long seed) {
            random = new Random(seed);
        }

        @Override
        @SuppressWarnings("null") // the JDK says nothing about null
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }
}
