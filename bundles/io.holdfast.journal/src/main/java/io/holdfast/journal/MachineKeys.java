package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of one machine's history: the data key, from which the key of each batch derives, and the hash key, which is never changed, or
 * else no old block would compare equal. Printing this object shows the key's id alone.
 *
 * @since 1.0
 */
public final class MachineKeys {

    /** Bytes of each key. */
    public static final int KEY_BYTES = 32;

    private static final byte[] KEY_ID_LABEL = "holdfast key id".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final byte[] dataKey;
    private final byte[] hashKey;
    private final long keyId;

    private MachineKeys(byte[] dataKey, byte[] hashKey) {
        this.dataKey = dataKey;
        this.hashKey = hashKey;
        this.keyId = deriveKeyId(dataKey);
    }

    /**
     * Makes new keys.
     *
     * @param random where they come from
     * @return keys that nobody else has
     */
    public static MachineKeys generate(SecureRandom random) {
        byte[] dataKey = new byte[KEY_BYTES];
        byte[] hashKey = new byte[KEY_BYTES];
        random.nextBytes(dataKey);
        random.nextBytes(hashKey);
        return new MachineKeys(dataKey, hashKey);
    }

    /**
     * Takes keys that exist.
     *
     * @param dataKey exactly {@link #KEY_BYTES} bytes; copied
     * @param hashKey exactly {@link #KEY_BYTES} bytes; copied
     * @return the keys
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when a length is wrong
     */
    public static MachineKeys of(byte[] dataKey, byte[] hashKey) {
        if (dataKey.length != KEY_BYTES || hashKey.length != KEY_BYTES) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "machine keys",
                    dataKey.length + " and " + hashKey.length + " bytes; expected " + KEY_BYTES + " each");
        }
        return new MachineKeys(dataKey.clone(), hashKey.clone());
    }

    /**
     * Names the data key without giving anything of it away. It stands in each batch.
     *
     * @return the first 64 bits of HMAC-SHA256(data key, "holdfast key id")
     */
    public long keyId() {
        return keyId;
    }

    byte[] dataKey() {
        return dataKey;
    }

    byte[] hashKey() {
        return hashKey;
    }

    /** Overwrites the keys in memory. This object, and whatever was opened with it, cannot be used afterwards. */
    public void clear() {
        Arrays.fill(dataKey, (byte) 0);
        Arrays.fill(hashKey, (byte) 0);
    }

    @Override
    public String toString() {
        return "keys " + HexFormat.of().toHexDigits(keyId);
    }

    private static long deriveKeyId(byte[] dataKey) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(dataKey, "HmacSHA256"));
            return java.nio.ByteBuffer.wrap(mac.doFinal(KEY_ID_LABEL)).getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
