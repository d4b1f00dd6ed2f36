package io.holdfast.journal.internal.keys;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The key that opens the keys of all machines of one store. It is used for nothing else. Printing it shows its id alone.
 */
public final class StoreKey {

    private static final String ID_LABEL = "holdfast store key id";
    private static final String WRAP_LABEL = "holdfast machine key";

    private final byte[] key;
    private final byte[] id;

    StoreKey(byte[] key) {
        this.key = key.clone();
        this.id = Ciphers.id(Ciphers.derive(key, ID_LABEL));
    }

    /**
     * Makes a new one.
     *
     * @param random where it comes from
     * @return a key that nobody else has
     */
    public static StoreKey generate(SecureRandom random) {
        return new StoreKey(Ciphers.random(random));
    }

    byte[] bytes() {
        return key;
    }

    byte[] id() {
        return id.clone();
    }

    /** The key that seals one file key. */
    byte[] wrapKey(byte[] salt) {
        return Ciphers.derive(key, WRAP_LABEL, salt);
    }

    /**
     * Names it for people.
     *
     * @return the first 64 bits of its id, hexadecimal
     */
    public String name() {
        return HexFormat.of().formatHex(id, 0, Long.BYTES);
    }

    @Override
    public String toString() {
        return "store key " + name();
    }
}
