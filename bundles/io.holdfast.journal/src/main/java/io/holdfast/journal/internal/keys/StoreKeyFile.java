package io.holdfast.journal.internal.keys;

import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * The file of a store key: the key in clear, protected by the file's mode alone, or sealed by a passphrase. An envelope of magic {@code HFW1}
 * around 96 bytes, little-endian:
 *
 * <pre>
 *      0   16 id          of the store key
 *     16    2 protection  0: in clear, 1: passphrase
 *     18    2 lanes       of Argon2id; 0 when in clear, as the next two
 *     20    4 memory      KiB
 *     24    4 passes
 *     28    4 reserved
 *     32   16 salt
 *     48   48 key         32 bytes and 16 zeroes; or sealed, with its tag
 * </pre>
 */
public final class StoreKeyFile {

    private static final int MAGIC = 0x31574648;
    private static final int BODY_BYTES = 96;
    private static final int PROTECTION = 16;
    private static final int SALT = 32;
    private static final int SALT_BYTES = 16;
    private static final int KEY = 48;
    private static final int CLEAR = 0;
    private static final int PASSPHRASE = 1;
    private static final String WHAT = "the file of the store key";

    private final byte[] body;
    private final int protection;
    private final PassphraseCost cost;

    private StoreKeyFile(byte[] body, int protection, PassphraseCost cost) {
        this.body = body;
        this.protection = protection;
        this.cost = cost;
    }

    /**
     * Writes a file that needs no passphrase.
     *
     * @param key what is kept
     * @return all of it
     */
    public static byte[] encodeClear(StoreKey key) {
        return Envelope.wrap(
                MAGIC,
                head(key, CLEAR, new PassphraseCost(0, 0, 0), new byte[SALT_BYTES])
                        .put(KEY, key.bytes())
                        .array());
    }

    /**
     * Writes a file that a passphrase opens. Takes as long as its cost says.
     *
     * @param key what is kept
     * @param passphrase of any length
     * @param cost of trying one
     * @param random where the salt comes from
     * @return all of it
     */
    public static byte[] encodeSealed(StoreKey key, String passphrase, PassphraseCost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        ByteBuffer body = head(key, PASSPHRASE, cost, salt);
        byte[] head = Arrays.copyOf(body.array(), KEY);
        byte[] sealed = Ciphers.seal(stretch(passphrase, cost, salt), head, key.bytes());
        return Envelope.wrap(MAGIC, body.put(KEY, sealed).array());
    }

    private static ByteBuffer head(StoreKey key, int protection, PassphraseCost cost, byte[] salt) {
        return ByteBuffer.allocate(BODY_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, key.id())
                .putShort(PROTECTION, (short) protection)
                .putShort(PROTECTION + 2, (short) cost.lanes())
                .putInt(PROTECTION + 4, cost.memoryKib())
                .putInt(PROTECTION + 8, cost.passes())
                .put(SALT, salt);
    }

    /** Argon2id, version 1.3. The passphrase is composed (NFC), so that it does not matter which keyboard typed it. */
    private static byte[] stretch(String passphrase, PassphraseCost cost, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] key = new byte[Ciphers.KEY_BYTES];
        generator.generateBytes(
                Normalizer.normalize(passphrase, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8), key);
        return key;
    }

    /**
     * Reads a file; {@link #open} gives the key.
     *
     * @param content all of it
     * @return what it says
     * @throws DamagedException when it is damaged or of a newer format
     */
    public static StoreKeyFile decode(byte[] content) throws DamagedException {
        ByteBuffer bytes = Envelope.open(WHAT, ByteBuffer.wrap(content), MAGIC, BODY_BYTES);
        int protection = bytes.remaining() == BODY_BYTES ? bytes.getShort(PROTECTION) : -1;
        PassphraseCost cost = protection == PASSPHRASE
                ? new PassphraseCost(
                        bytes.getInt(PROTECTION + 4), bytes.getInt(PROTECTION + 8), bytes.getShort(PROTECTION + 2))
                : new PassphraseCost(0, 0, 0);
        if (protection == PASSPHRASE) {
            cost.require();
        } else if (protection != CLEAR) {
            throw DamagedException.damaged(WHAT + " has a body of " + bytes.remaining() + " and protection "
                    + protection + "; expected " + BODY_BYTES + " and 0 or 1");
        }
        byte[] body = new byte[BODY_BYTES];
        bytes.get(0, body);
        return new StoreKeyFile(body, protection, cost);
    }

    /**
     * Tells whether these bytes claim to be such a file.
     *
     * @param content all of it
     * @return true when the magic number is there
     */
    public static boolean isOne(byte[] content) {
        return content.length > Envelope.HEAD_BYTES
                && ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES) == MAGIC;
    }

    /**
     * Tells whether the key lies in clear.
     *
     * @return false when it needs a passphrase
     */
    public boolean isClear() {
        return protection == CLEAR;
    }

    /**
     * Names the key for people, without opening it.
     *
     * @return as {@link StoreKey#name()}
     */
    public String name() {
        return HexFormat.of().formatHex(body, 0, Long.BYTES);
    }

    /**
     * Gives the key of a file in clear.
     *
     * @return the key
     * @throws DamagedException when it is not the one that the file names
     */
    public StoreKey openClear() throws DamagedException {
        return named(Arrays.copyOfRange(body, KEY, KEY + Ciphers.KEY_BYTES))
                .orElseThrow(() -> DamagedException.damaged(WHAT + " names another key than it has"));
    }

    /**
     * Gives the key of a file that a passphrase protects. Takes as long as its cost says, whether the passphrase is right or wrong.
     *
     * @param passphrase what was typed
     * @return the key; nothing when the passphrase is wrong
     */
    public Optional<StoreKey> open(String passphrase) {
        byte[] salt = Arrays.copyOfRange(body, SALT, KEY);
        return Ciphers.open(
                        stretch(passphrase, cost, salt),
                        Arrays.copyOf(body, KEY),
                        Arrays.copyOfRange(body, KEY, BODY_BYTES))
                .flatMap(this::named);
    }

    private Optional<StoreKey> named(byte[] bytes) {
        StoreKey key = new StoreKey(bytes);
        return MessageDigest.isEqual(key.id(), Arrays.copyOf(body, Ciphers.ID_BYTES))
                ? Optional.of(key)
                : Optional.empty();
    }
}
