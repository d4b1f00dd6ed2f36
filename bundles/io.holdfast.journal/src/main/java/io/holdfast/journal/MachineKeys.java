package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;

/**
 * The secrets of one machine's history: its data keys, from which the key of each batch derives, and the hash key, which is never changed, or
 * else no old block would compare equal. New batches are sealed with the newest data key; the older ones open what was sealed before a rotation.
 * Printing this object shows the newest key's id alone. Immutable but for {@link #clear}.
 *
 * @since 1.0
 */
public final class MachineKeys {

    /** Bytes of each key. */
    public static final int KEY_BYTES = 32;

    /** The most data keys a machine can have: one a day for ten years. */
    public static final int DATA_KEYS_MAX = 4_096;

    private static final byte[] KEY_ID_LABEL = "holdfast key id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BATCH_LABEL = "batch".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COLD_LABEL = "cold".getBytes(StandardCharsets.US_ASCII);

    /** Oldest first; the last one is for new batches. */
    private final List<DataKey> dataKeys;

    private final byte[] hashKey;

    private record DataKey(long id, byte[] bytes) {

        DataKey(byte[] bytes) {
            this(deriveKeyId(bytes), bytes);
        }
    }

    private MachineKeys(List<DataKey> dataKeys, byte[] hashKey) {
        this.dataKeys = List.copyOf(dataKeys);
        this.hashKey = hashKey;
    }

    /**
     * Makes new keys.
     *
     * @param random where they come from
     * @return keys that nobody else has
     */
    public static MachineKeys generate(SecureRandom random) {
        return new MachineKeys(List.of(new DataKey(newKey(random))), newKey(random));
    }

    private static byte[] newKey(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    /**
     * Takes keys that exist, of a machine whose data key was never rotated.
     *
     * @param dataKey exactly {@link #KEY_BYTES} bytes; copied
     * @param hashKey exactly {@link #KEY_BYTES} bytes; copied
     * @return the keys
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when a length is wrong
     */
    public static MachineKeys of(byte[] dataKey, byte[] hashKey) {
        return of(List.of(dataKey), hashKey);
    }

    /**
     * Takes keys that exist.
     *
     * @param dataKeys 1 to {@link #DATA_KEYS_MAX}, oldest first, exactly {@link #KEY_BYTES} bytes each; copied
     * @param hashKey exactly {@link #KEY_BYTES} bytes; copied
     * @return the keys
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when a length or the count is wrong
     */
    public static MachineKeys of(List<byte[]> dataKeys, byte[] hashKey) {
        boolean lengthsFit = hashKey.length == KEY_BYTES && dataKeys.stream().allMatch(key -> key.length == KEY_BYTES);
        if (!lengthsFit || dataKeys.isEmpty() || dataKeys.size() > DATA_KEYS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "machine keys",
                    dataKeys.size() + " data keys and a hash key of " + hashKey.length + " bytes; expected 1 to "
                            + DATA_KEYS_MAX + " data keys, and all keys of " + KEY_BYTES + " bytes");
        }
        return new MachineKeys(
                dataKeys.stream().map(key -> new DataKey(key.clone())).toList(), hashKey.clone());
    }

    /**
     * Rotates the data key: what is sealed from now on has a key of its own, what was sealed before stays readable.
     *
     * @param random where the new key comes from
     * @return the same keys and one more; this object stays as it is
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when there are {@link #DATA_KEYS_MAX} already
     */
    public MachineKeys rotated(SecureRandom random) {
        List<byte[]> more = new ArrayList<>(dataKeys());
        more.add(newKey(random));
        return of(more, hashKey);
    }

    /**
     * Names the data key that seals new batches, without giving anything of it away. The id stands in each batch.
     *
     * @return the first 64 bits of HMAC-SHA256(data key, "holdfast key id")
     */
    public long keyId() {
        return dataKeys.getLast().id();
    }

    /**
     * Names all data keys.
     *
     * @return ids, oldest first
     */
    public List<Long> keyIds() {
        return dataKeys.stream().map(DataKey::id).toList();
    }

    /**
     * Tells whether a batch can be opened.
     *
     * @param keyId as it stands in the batch
     * @return true when that data key is among these
     */
    public boolean has(long keyId) {
        return dataKeys.stream().anyMatch(key -> key.id() == keyId);
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
     * @param keyId of the data key, as it stands in the batch
     * @param epoch the batch's epoch
     * @param headerDigest the digest of the batch's header
     * @return 32 bytes, for AES-256-GCM
     * @throws HoldfastException with {@link ErrorCode#KEY_MISSING} when that data key is not among these
     */
    public byte[] deriveBatchKey(long keyId, long epoch, ChainDigest headerDigest) {
        Mac mac = macOf(dataKey(keyId));
        mac.update(BATCH_LABEL);
        mac.update(
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, epoch));
        return mac.doFinal(headerDigest.toBytes());
    }

    /**
     * Derives the key of a block that is coded anew.
     *
     * @param keyId which data key
     * @param headerDigest the digest of its header
     * @param context everything else that the coded bytes depend on
     * @return the key
     * @throws HoldfastException with {@link ErrorCode#KEY_MISSING} when that data key is not among these
     */
    public byte[] deriveColdKey(long keyId, ChainDigest headerDigest, byte[] context) {
        Mac mac = macOf(dataKey(keyId));
        mac.update(COLD_LABEL);
        mac.update(headerDigest.toBytes());
        return mac.doFinal(context);
    }

    private byte[] dataKey(long keyId) {
        return dataKeys.stream()
                .filter(key -> key.id() == keyId)
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.KEY_MISSING,
                        "data key " + HexFormat.of().toHexDigits(keyId),
                        "is not among the given " + this))
                .bytes();
    }

    /** The data keys themselves, oldest first. */
    List<byte[]> dataKeys() {
        return dataKeys.stream().map(DataKey::bytes).toList();
    }

    byte[] hashKey() {
        return hashKey;
    }

    /** Overwrites the keys in memory. This object, and whatever was opened with it, cannot be used afterwards. */
    public void clear() {
        dataKeys.forEach(key -> Arrays.fill(key.bytes(), (byte) 0));
        Arrays.fill(hashKey, (byte) 0);
    }

    @Override
    public String toString() {
        return "keys " + HexFormat.of().toHexDigits(keyId());
    }

    private static long deriveKeyId(byte[] dataKey) {
        return ByteBuffer.wrap(macOf(dataKey).doFinal(KEY_ID_LABEL)).getLong();
    }

    private static Mac macOf(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
