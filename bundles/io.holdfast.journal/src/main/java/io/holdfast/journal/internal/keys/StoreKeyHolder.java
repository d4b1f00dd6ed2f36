package io.holdfast.journal.internal.keys;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store key of a node and its file, which lies in the node's own folder alone. Not thread-safe. */
public final class StoreKeyHolder {

    /** Name of the file. */
    public static final String NAME = "store.key";

    private static final int BYTES_MAX = Envelope.HEAD_BYTES + 96;

    private final KeyFolders folders;
    private final SecureRandom random;
    private final PassphraseCost cost;
    private @Nullable StoreKeyFile file;
    private @Nullable StoreKey key;
    private String trouble = "";

    /**
     * Reads the file, and opens it when it is in clear.
     *
     * @param folders where it lies
     * @param random for new keys
     * @param cost of passphrases set from now on
     */
    public StoreKeyHolder(KeyFolders folders, SecureRandom random, PassphraseCost cost) {
        this.folders = folders;
        this.random = random;
        this.cost = cost;
        load();
    }

    private void load() {
        Optional<byte[]> content = folders.own(NAME, BYTES_MAX);
        if (content.isEmpty()) {
            trouble = NAME + " is not there";
            return;
        }
        try {
            StoreKeyFile read = StoreKeyFile.decode(content.get());
            key = read.isClear() ? read.openClear() : null;
            file = read;
            trouble = "";
        } catch (DamagedException e) {
            trouble = NAME + ": " + e.getMessage();
        }
    }

    /**
     * Gives the key.
     *
     * @return nothing while it is locked or lost
     */
    public Optional<StoreKey> key() {
        return Optional.ofNullable(key);
    }

    /**
     * Tells whether only the passphrase is missing.
     *
     * @return true when the file is there and sealed, and was not opened
     */
    public boolean isLocked() {
        return key == null && file != null;
    }

    /**
     * Tells whether a passphrase protects the file.
     *
     * @return false when it is in clear or not there
     */
    public boolean hasPassphrase() {
        return file != null && !file.isClear();
    }

    /**
     * Names the key, opened or not.
     *
     * @return the empty string when there is none
     */
    public String name() {
        return file == null ? "" : file.name();
    }

    /**
     * Says what is wrong with the file, now.
     *
     * @return the empty string when it is there and whole
     */
    public String trouble() {
        if (trouble.isEmpty() && folders.own(NAME, BYTES_MAX).isEmpty()) {
            return NAME + " has gone; the key is in memory until this process ends";
        }
        return trouble;
    }

    /**
     * Tries a passphrase.
     *
     * @param passphrase what was typed
     * @return whether it is right
     */
    public boolean unlock(String passphrase) {
        StoreKeyFile sealed = file;
        if (sealed == null || sealed.isClear()) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE, NAME, "is not sealed by a passphrase; expected one that is");
        }
        Optional<StoreKey> opened = sealed.open(passphrase);
        opened.ifPresent(right -> key = right);
        return opened.isPresent();
    }

    /**
     * Writes the file. Durable on return.
     *
     * @param next the key in force from now on
     * @param passphrase seals it; nothing leaves it in clear
     */
    public void replace(StoreKey next, Optional<String> passphrase) {
        folders.replaceOwn(NAME, encoded(next, passphrase));
        load();
        key = next;
    }

    /**
     * Takes a file as it is. Durable on return.
     *
     * @param content a whole file
     * @param opened the key in it
     */
    public void replace(byte[] content, StoreKey opened) {
        folders.replaceOwn(NAME, content);
        load();
        key = opened;
    }

    /**
     * Gives the file's bytes for an export.
     *
     * @param passphrase seals the key; nothing takes the file as it lies
     * @return a whole file
     */
    public byte[] export(Optional<String> passphrase) {
        StoreKey present = key;
        if (passphrase.isPresent() && present != null) {
            return encoded(present, passphrase);
        }
        List<byte[]> lying = folders.own(NAME, BYTES_MAX).stream().toList();
        if (lying.isEmpty()) {
            throw new HoldfastException(ErrorCode.KEY_MISSING, NAME, trouble());
        }
        return lying.getFirst();
    }

    private byte[] encoded(StoreKey present, Optional<String> passphrase) {
        return passphrase
                .map(words -> StoreKeyFile.encodeSealed(present, words, cost, random))
                .orElseGet(() -> StoreKeyFile.encodeClear(present));
    }
}
