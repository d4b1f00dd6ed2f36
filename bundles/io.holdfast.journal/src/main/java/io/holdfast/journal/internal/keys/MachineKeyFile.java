package io.holdfast.journal.internal.keys;

import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.DamagedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The file of one machine's keys, format 2: sealed for recipients, each of which opens it alone; or in clear, as an export for a reader that knows
 * no wrapping. Format 1 is read as well. Little-endian, D data keys, R recipients:
 *
 * <pre>
 *      0    4 magic       "HFY1"
 *      4    2 version     2
 *      6    2 wrapping    0: in clear, 1: sealed for recipients
 *      8   16 machine
 *     24    8 revision    one more each time the file is written
 *     32    2 D
 *     34    2 R           0 when in clear
 *     36    2 holder      0: the master target is resident, 1: blind
 *     38    2 reserved
 *     40   32 salt        new each time; zeroes when in clear
 *     72  8 D key ids     oldest first
 *      .. 104 R recipients
 *      ..     secrets     D data keys, hash key; sealed: and 16 tag
 *      ..  32 SHA-256 of everything before
 * </pre>
 */
public final class MachineKeyFile {

    /** Where a history's keys may be used. */
    public enum Holder {
        /** The master target has the key in memory from its start. */
        RESIDENT,
        /** The master target is handed the key for a failover or drill. */
        BLIND
    }

    /** The most keys of a machine, data keys and hash key. */
    public static final int KEYS_MAX = 4_097;

    /** The longest file. */
    public static final int BYTES_MAX = 72 + KEYS_MAX * 40 + 16 * Recipient.BYTES + 48;

    static final int MAGIC = 0x31594648;

    private static final int VERSION = 2;
    private static final int CLEAR = 0;
    private static final int SEALED = 1;
    private static final int MACHINE = 8;
    private static final int REVISION = 24;
    private static final int DATA_KEYS = 32;
    private static final int RECIPIENTS = 34;
    private static final int HOLDER = 36;
    private static final int RESERVED = 38;
    private static final int SALT = 40;
    private static final int KEY_IDS = 72;
    private static final int DIGEST_BYTES = 32;
    private static final int RECIPIENTS_MAX = 16;

    private final byte[] content;
    private final ByteBuffer bytes;

    private MachineKeyFile(byte[] content) {
        this.content = content;
        this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * What the file keeps.
     *
     * @param machine whose keys
     * @param revision one more than that of the file it replaces
     * @param holder where the keys may be used
     * @param keyIds of the data keys, oldest first
     * @param secrets the data keys in that order, then the hash key, one behind the other
     */
    public record Content(MachineId machine, long revision, Holder holder, List<Long> keyIds, byte[] secrets) {

        public Content {
            keyIds = List.copyOf(keyIds);
        }

        /**
         * The same keys for the next writing.
         *
         * @return a copy with the next revision
         */
        public Content next() {
            return new Content(machine, revision + 1, holder, keyIds, secrets);
        }

        /**
         * The same keys with another holder, for the next writing.
         *
         * @param other who may use them
         * @return a copy with the next revision
         */
        public Content heldBy(Holder other) {
            return new Content(machine, revision + 1, other, keyIds, secrets);
        }
    }

    /**
     * Seals keys.
     *
     * @param keys what is kept
     * @param storeKeys these open it each; one, but for the moment in which one replaces another
     * @param recovery this opens it as well
     * @param random where salt and file key come from
     * @return the whole file
     */
    public static byte[] encode(
            Content keys, List<StoreKey> storeKeys, RecoveryRecipient recovery, SecureRandom random) {
        byte[] salt = Ciphers.random(random);
        byte[] fileKey = Ciphers.random(random);
        int recipients = storeKeys.size() + 1;
        ByteBuffer file = head(keys, SEALED, recipients, Ciphers.TAG_BYTES).put(SALT, salt);
        byte[] prefix = Arrays.copyOf(file.array(), KEY_IDS);
        file.position(keyIdsEnd(keys.keyIds().size()));
        storeKeys.forEach(key -> file.put(Recipient.seal(key, prefix, salt, fileKey)));
        file.put(Recipient.seal(recovery, prefix, salt, fileKey, random));
        byte[] clear = Arrays.copyOf(file.array(), keyIdsEnd(keys.keyIds().size()));
        return finish(file.put(Ciphers.seal(fileKey, clear, keys.secrets())));
    }

    /**
     * Writes keys in clear, for a reader that knows no wrapping.
     *
     * @param keys what is kept
     * @return the whole file
     */
    public static byte[] encodeClear(Content keys) {
        ByteBuffer file = head(keys, CLEAR, 0, 0);
        return finish(file.position(keyIdsEnd(keys.keyIds().size())).put(keys.secrets()));
    }

    private static ByteBuffer head(Content keys, int wrapping, int recipients, int tagBytes) {
        int count = keys.keyIds().size();
        int length = keyIdsEnd(count) + recipients * Recipient.BYTES + keys.secrets().length + tagBytes + DIGEST_BYTES;
        ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) wrapping)
                .putLong(Long.reverseBytes(keys.machine().value().getMostSignificantBits()))
                .putLong(Long.reverseBytes(keys.machine().value().getLeastSignificantBits()))
                .putLong(keys.revision())
                .putShort((short) count)
                .putShort((short) recipients)
                .putShort((short) keys.holder().ordinal());
        for (int index = 0; index < count; index++) {
            file.putLong(KEY_IDS + index * Long.BYTES, keys.keyIds().get(index));
        }
        return file;
    }

    private static int keyIdsEnd(int dataKeys) {
        return KEY_IDS + dataKeys * Long.BYTES;
    }

    private static byte[] finish(ByteBuffer file) {
        return file.put(Ciphers.sha256(file.array(), file.position())).array();
    }

    /**
     * Reads a file; {@link #open(StoreKey)}, {@link #open(RecoverySecret)} or {@link #openClear} give the keys.
     *
     * @param content all of it
     * @return what stands in clear
     * @throws DamagedException when it is damaged or of a newer format
     */
    public static MachineKeyFile decode(byte[] content) throws DamagedException {
        MachineKeyFile file = new MachineKeyFile(content);
        ByteBuffer bytes = file.bytes;
        if (content.length < KEY_IDS + DIGEST_BYTES || bytes.getInt(0) != MAGIC) {
            throw DamagedException.damaged("is no key file");
        }
        int version = bytes.getShort(4);
        if (version == ClearFormat1.VERSION) {
            return new MachineKeyFile(encodeClear(ClearFormat1.decode(content)));
        }
        if (version != VERSION || file.wrapping() > SEALED || file.wrapping() < CLEAR) {
            throw DamagedException.newer("a key file with wrapping " + file.wrapping(), version, VERSION);
        }
        file.requireWhole();
        return file;
    }

    private void requireWhole() throws DamagedException {
        int body = content.length - DIGEST_BYTES;
        if (!MessageDigest.isEqual(Ciphers.sha256(content, body), Arrays.copyOfRange(content, body, content.length))) {
            throw DamagedException.damaged("is damaged: its digest does not match");
        }
        int count = dataKeys();
        int recipients = bytes.getShort(RECIPIENTS);
        int tag = wrapping() == SEALED ? Ciphers.TAG_BYTES : 0;
        boolean right = count >= 1
                && count < KEYS_MAX
                && recipients >= (wrapping() == SEALED ? 2 : 0)
                && recipients <= (wrapping() == SEALED ? RECIPIENTS_MAX : 0)
                && bytes.getShort(RESERVED) == 0
                && bytes.getShort(HOLDER) >= 0
                && bytes.getShort(HOLDER) < Holder.values().length
                && body == keyIdsEnd(count) + recipients * Recipient.BYTES + (count + 1) * Ciphers.KEY_BYTES + tag;
        if (!right) {
            throw DamagedException.damaged("is damaged: its lengths and counts do not fit");
        }
    }

    private int wrapping() {
        return bytes.getShort(6);
    }

    private int dataKeys() {
        return bytes.getShort(DATA_KEYS);
    }

    /**
     * Tells whose keys they are.
     *
     * @return the machine
     */
    public MachineId machine() {
        return new MachineId(new UUID(
                Long.reverseBytes(bytes.getLong(MACHINE)), Long.reverseBytes(bytes.getLong(MACHINE + Long.BYTES))));
    }

    /**
     * Tells how often the file was written.
     *
     * @return 0 for a file of format 1
     */
    public long revision() {
        return bytes.getLong(REVISION);
    }

    /**
     * Tells where the keys may be used.
     *
     * @return the holder
     */
    public Holder holder() {
        return Holder.values()[bytes.getShort(HOLDER)];
    }

    /**
     * Tells whether the keys are sealed.
     *
     * @return false when they lie in clear
     */
    public boolean isSealed() {
        return wrapping() == SEALED;
    }

    /**
     * Names the data keys.
     *
     * @return ids, oldest first
     */
    public List<Long> keyIds() {
        List<Long> ids = new ArrayList<>();
        for (int index = 0; index < dataKeys(); index++) {
            ids.add(bytes.getLong(KEY_IDS + index * Long.BYTES));
        }
        return ids;
    }

    /**
     * Gives the file's bytes.
     *
     * @return all of it; nobody changes them
     */
    byte[] bytes() {
        return content;
    }

    private List<Recipient> recipients() {
        List<Recipient> all = new ArrayList<>();
        for (int index = 0; index < bytes.getShort(RECIPIENTS); index++) {
            int at = keyIdsEnd(dataKeys()) + index * Recipient.BYTES;
            all.add(Recipient.decode(Arrays.copyOfRange(content, at, at + Recipient.BYTES)));
        }
        return all;
    }

    /**
     * Tells whether exactly these can open the file.
     *
     * @param storeKey the store's key
     * @param recovery the recovery key
     * @return true when it need not be written again
     */
    public boolean isSealedFor(StoreKey storeKey, RecoveryRecipient recovery) {
        List<Recipient> present = recipients();
        return present.size() == 2
                && present.get(0).isFor(storeKey)
                && present.get(1).isFor(recovery);
    }

    /**
     * Tells whether a paper is of this file.
     *
     * @param recovery the public half of what stands on the paper
     * @return true when the file names it
     */
    public boolean names(RecoveryRecipient recovery) {
        return recipients().stream().anyMatch(recipient -> recipient.isFor(recovery));
    }

    /**
     * Opens the file with the store key.
     *
     * @param key of the store
     * @return the keys; nothing when the file is of another store or altered
     */
    public Optional<Content> open(StoreKey key) {
        return recipients().stream()
                .filter(recipient -> recipient.isFor(key))
                .findFirst()
                .flatMap(recipient -> recipient.open(key, prefix(), salt()))
                .flatMap(this::secrets);
    }

    /**
     * Opens the file with the recovery key.
     *
     * @param secret from paper
     * @return the keys; nothing when the paper is of another store, or the file was altered
     */
    public Optional<Content> open(RecoverySecret secret) {
        return recipients().stream()
                .filter(recipient -> recipient.isFor(secret.recipient(0)))
                .findFirst()
                .flatMap(recipient -> recipient.open(secret, prefix(), salt()))
                .flatMap(this::secrets);
    }

    /**
     * Gives the keys of a file in clear.
     *
     * @return the keys; nothing when they are sealed
     */
    public Optional<Content> openClear() {
        return isSealed() ? Optional.empty() : Optional.of(contentOf(Arrays.copyOfRange(content, secretsAt(), end())));
    }

    private Optional<Content> secrets(byte[] fileKey) {
        byte[] clear = Arrays.copyOf(content, keyIdsEnd(dataKeys()));
        return Ciphers.open(fileKey, clear, Arrays.copyOfRange(content, secretsAt(), end()))
                .map(this::contentOf);
    }

    private Content contentOf(byte[] secrets) {
        return new Content(machine(), revision(), holder(), keyIds(), secrets);
    }

    private byte[] prefix() {
        return Arrays.copyOf(content, KEY_IDS);
    }

    private byte[] salt() {
        return Arrays.copyOfRange(content, SALT, KEY_IDS);
    }

    private int secretsAt() {
        return keyIdsEnd(dataKeys()) + bytes.getShort(RECIPIENTS) * Recipient.BYTES;
    }

    private int end() {
        return content.length - DIGEST_BYTES;
    }
}
