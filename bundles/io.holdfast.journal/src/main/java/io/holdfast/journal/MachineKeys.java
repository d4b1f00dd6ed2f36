package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;

/**
 * The secrets of one machine's history: the data key, from which the key of each batch derives, and the hash key, which is never changed, or
 * else no old block would compare equal. Printing this object shows the key's id alone.
 *
 * @since 1.0
 */
public final class MachineKeys {

    /** Bytes of each key. */
    public static final int KEY_BYTES = 32;

    private static final byte[] KEY_ID_LABEL = "holdfast key id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BATCH_LABEL = "batch".getBytes(StandardCharsets.US_ASCII);

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

    /**
     * Gives the hash key to a side that compares and does not decrypt: the agent that scans a source.
     *
     * @return a copy of its {@link #KEY_BYTES} bytes
     */
    public byte[] hashKeyBytes() {
        return hashKey.clone();
    }

    /**
     * Derives the key of one batch: HMAC-SHA256(data key, "batch" ‖ epoch as u64 little-endian ‖ header digest). The digest covers the keyed
     * hashes of all content, so the key changes whenever content or cutting does.
     *
     * @param epoch the batch's epoch
     * @param headerDigest the digest of the batch's header
     * @return 32 bytes, for AES-256-GCM
     */
    public byte[] deriveBatchKey(long epoch, ChainDigest headerDigest) {
        Mac mac = BlockHasher.macOf(dataKey);
        mac.update(BATCH_LABEL);
        mac.update(
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, epoch));
        return mac.doFinal(headerDigest.toBytes());
    }

    Mac newHashMac() {
        return BlockHasher.macOf(hashKey);
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
        return ByteBuffer.wrap(BlockHasher.macOf(dataKey).doFinal(KEY_ID_LABEL)).getLong();
    }
}
