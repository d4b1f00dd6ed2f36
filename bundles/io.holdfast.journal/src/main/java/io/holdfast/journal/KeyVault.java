package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.file.DirectoryFiles;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.keys.Attempts;
import io.holdfast.journal.internal.keys.KeyFolders;
import io.holdfast.journal.internal.keys.MachineKeyFile;
import io.holdfast.journal.internal.keys.MachineRing;
import io.holdfast.journal.internal.keys.PassphraseCost;
import io.holdfast.journal.internal.keys.RecoveryFile;
import io.holdfast.journal.internal.keys.RecoveryRecipient;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyHolder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of a node: a store key, a recovery key whose secret half is on paper, and the keys of each machine, sealed for both. They lie in the
 * node's key folder and, but for the store key, beside the journal, outside everything that is never changed; either folder may be lost.
 *
 * <p>Invariants: on disk, every sealed key file opens with the store key that lies on disk, at every moment, also after a crash, and with the
 * confirmed paper. A data key seals a batch only after it is durable in every folder. What a crash left half done is finished when the vault is
 * opened.
 *
 * <p>Thread-safe. What a method changes is durable when it returns.
 *
 * @since 1.0
 */
public final class KeyVault {

    /** The shortest passphrase that is taken. */
    public static final int PASSPHRASE_CHARACTERS_LEAST = 12;

    private final SecureRandom random;
    private final TimeSource time;
    private final StoreKeyHolder storeKey;
    private final RecoveryFile recovery;
    private final MachineRing ring;
    private final Map<MachineId, MachineKeys> opened = new ConcurrentHashMap<>();
    private final KeyCondition condition;
    private final StoreKeyCare care;
    private final PendingPaper papers;
    private final KeyRescue rescue;

    /**
     * Where keys lie.
     *
     * @param files the port
     * @param path a folder there, made when it is not there; the empty string for all of it
     */
    public record Place(StoreFiles files, String path) {}

    private KeyVault(List<Place> places, SecureRandom random, TimeSource time, PassphraseCost cost) {
        this.random = random;
        this.time = time;
        KeyFolders folders = new KeyFolders(places.stream()
                .map(place -> new KeyFolders.Folder(place.files(), place.path()))
                .toList());
        recovery = new RecoveryFile(folders);
        ring = new MachineRing(folders, random);
        storeKey = new StoreKeyHolder(folders, random, cost);
        condition = new KeyCondition(storeKey, recovery, ring);
        care = new StoreKeyCare(storeKey, new Attempts(folders, time), ring, condition);
        papers = new PendingPaper(random);
        rescue = new KeyRescue(storeKey, recovery, ring, random);
        load();
        if (storeKey.key().isEmpty() && !storeKey.isLocked() && !ring.hasSealed()) {
            storeKey.replace(StoreKey.generate(random), Optional.empty());
            load();
        }
    }

    /**
     * Opens the keys of a node. The first time a store key is made; it lies in clear, protected by its file's mode, until a passphrase is set. Keys
     * that cannot be opened are no error here: {@link #status} tells.
     *
     * @param keyFolder the node's own, mode 0700; made when it is not there
     * @param storeFolder of the recovery store on this node; its folder {@code keys} gets a sealed copy of each machine's keys
     * @param random where keys come from
     * @param time for the moments of wrong passphrases
     * @return the vault
     * @throws HoldfastException with {@link ErrorCode#DISK_ERROR} or {@link ErrorCode#DATA_FOLDER_READ_ONLY} when a folder can be neither read nor
     *     made
     */
    public static KeyVault open(Path keyFolder, Optional<Path> storeFolder, SecureRandom random, TimeSource time) {
        List<Place> places = new ArrayList<>();
        places.add(new Place(DirectoryFiles.privateAt(keyFolder), ""));
        storeFolder.ifPresent(store -> places.add(new Place(DirectoryFiles.at(store), KeyFile.FOLDER)));
        return open(places, random, time);
    }

    /**
     * Opens the keys behind file ports; see {@link #open(Path, Optional, SecureRandom, TimeSource)}.
     *
     * @param places the node's own first
     * @param random where keys come from
     * @param time for the moments of wrong passphrases
     * @return the vault
     * @throws HoldfastException as there
     */
    public static KeyVault open(List<Place> places, SecureRandom random, TimeSource time) {
        return new KeyVault(places, random, time, PassphraseCost.DEFAULT);
    }

    /** For tests: with passphrases that cost little. */
    static KeyVault open(List<Place> places, SecureRandom random, TimeSource time, PassphraseCost cost) {
        return new KeyVault(places, random, time, cost);
    }

    private void load() {
        opened.clear();
        ring.load(file -> storeKey.key().flatMap(file::open));
        settle();
    }

    private void settle() {
        if (storeKey.key().isPresent() && recovery.recipient().isPresent()) {
            ring.settle(storeKey.key().get(), recovery.recipient().get());
        }
    }

    /**
     * Tells how the keys stand, looking at the files again.
     *
     * @return a view without secrets
     */
    public synchronized KeyStatus status() {
        return condition.status();
    }

    /**
     * Tries the passphrase of the store key. It takes as long when it is wrong as when it is right; the fourth wrong one in a row and each later
     * one has to wait, up to five minutes, also after a restart.
     *
     * @param passphrase what was typed
     * @throws HoldfastException with {@link ErrorCode#PASSPHRASE_WRONG}, {@link ErrorCode#OVERLOADED} when it comes too early,
     *     {@link ErrorCode#ILLEGAL_STATE} when there is no passphrase; the vault stays locked
     */
    public synchronized void unlock(String passphrase) {
        care.unlock(passphrase);
        load();
    }

    /**
     * Gives the keys of a machine. Does not wait for other calls once they were given.
     *
     * @param machine whose
     * @return the same object until they are rotated
     * @throws HoldfastException with {@link ErrorCode#KEY_MISSING}, {@link ErrorCode#KEYS_LOCKED}, {@link ErrorCode#KEY_FOREIGN}
     */
    public MachineKeys keysOf(MachineId machine) {
        MachineKeys present = opened.get(machine);
        return present == null ? openKeysOf(machine) : present;
    }

    private synchronized MachineKeys openKeysOf(MachineId machine) {
        MachineKeys keys = KeyFile.keysOf(condition.requireContent(machine));
        opened.put(machine, keys);
        return keys;
    }

    /**
     * Makes the keys of a machine, or gives those that are there.
     *
     * @param machine whose
     * @return its keys
     * @throws HoldfastException with {@link ErrorCode#RECOVERY_KEY_UNCONFIRMED} when nobody has confirmed a paper, and otherwise as
     *     {@link #keysOf}; nothing is made
     */
    public synchronized MachineKeys create(MachineId machine) {
        if (ring.entries().containsKey(machine)) {
            return keysOf(machine);
        }
        RecoveryRecipient paper = condition.requireConfirmed();
        MachineKeys keys = MachineKeys.generate(random);
        ring.write(
                KeyFile.content(machine, 1, MachineKeyFile.Holder.RESIDENT, keys),
                List.of(condition.requireOpen()),
                paper);
        opened.put(machine, keys);
        return keys;
    }

    /**
     * Says whether a machine can be protected.
     *
     * @throws HoldfastException with {@link ErrorCode#RECOVERY_KEY_UNCONFIRMED} when nobody has confirmed a paper,
     *     {@link ErrorCode#KEYS_LOCKED}, {@link ErrorCode#KEY_MISSING}, {@link ErrorCode#KEY_FOREIGN} when the store key cannot be used
     */
    public synchronized void requireReady() {
        condition.requireOpen();
        condition.requireConfirmed();
    }

    /**
     * Says where the keys of a machine may be used.
     *
     * @param machine whose
     * @param blind true when its master target may have them only when they are handed over
     * @throws HoldfastException as {@link #keysOf} and {@link #requireReady}; nothing is changed
     */
    public synchronized void setBlind(MachineId machine, boolean blind) {
        MachineKeyFile.Content content = condition.requireContent(machine);
        MachineKeyFile.Holder holder = blind ? MachineKeyFile.Holder.BLIND : MachineKeyFile.Holder.RESIDENT;
        if (content.holder() != holder) {
            ring.write(content.heldBy(holder), List.of(condition.requireOpen()), condition.requireConfirmed());
        }
    }

    /**
     * Tells where the keys of a machine may be used.
     *
     * @param machine whose
     * @return true when its master target may have them only when they are handed over
     */
    public synchronized boolean isBlind(MachineId machine) {
        return ring.holder(machine) == MachineKeyFile.Holder.BLIND;
    }

    /**
     * Gives a machine a new data key. What was sealed with the older ones stays as it is, and readable.
     *
     * @param machine whose
     * @return its keys, with which new batches are to be sealed
     * @throws HoldfastException as {@link #keysOf} and {@link #requireReady}; {@link ErrorCode#INVALID_ARGUMENT} when it has
     *     {@link MachineKeys#DATA_KEYS_MAX}; nothing is changed
     */
    public synchronized MachineKeys rotate(MachineId machine) {
        MachineKeyFile.Content before = condition.requireContent(machine);
        MachineKeys rotated = KeyFile.keysOf(before).rotated(random);
        ring.write(
                KeyFile.content(machine, before.revision() + 1, before.holder(), rotated),
                List.of(condition.requireOpen()),
                condition.requireConfirmed());
        opened.put(machine, rotated);
        return rotated;
    }

    /**
     * Gives the store a new store key and seals all machines' keys for it. The machines' keys stay, so nothing is sent or written again.
     *
     * @param passphrase seals the new key; nothing leaves it in clear
     * @throws HoldfastException as {@link #requireReady}; {@link ErrorCode#INVALID_ARGUMENT} when the passphrase is too short, or none is given
     *     and the present key has one
     */
    public synchronized void rotateStoreKey(Optional<String> passphrase) {
        care.replace(StoreKey.generate(random), passphrase);
    }

    /**
     * Seals the store key by another passphrase, or by none.
     *
     * @param passphrase the new one; nothing leaves the key in clear, protected by its file's mode
     * @throws HoldfastException as {@link #requireReady}; {@link ErrorCode#INVALID_ARGUMENT} when it is too short
     */
    public synchronized void setPassphrase(Optional<String> passphrase) {
        care.setPassphrase(passphrase);
    }

    /**
     * Makes a machine's history unreadable for good: every copy of its keys is overwritten and deleted. Nothing happens when there is none.
     *
     * @param machine whose
     */
    public synchronized void destroy(MachineId machine) {
        ring.destroy(machine);
        opened.remove(machine);
    }

    /**
     * Makes a new recovery key. It takes effect when {@link #confirmRecoveryKey} has been given a line of it; until then it is in memory only, and
     * the confirmed one before it stays in force.
     *
     * @return the paper; the caller shows it once
     */
    public synchronized RecoveryPaper newRecoveryKey() {
        return papers.make();
    }

    /**
     * Tells which line of the new paper has to be typed back.
     *
     * @return its number; nothing when no paper waits for it
     */
    public synchronized Optional<Integer> lineToConfirm() {
        return papers.line();
    }

    /**
     * Puts the new recovery key into force: seals all machines' keys for it, and for no other paper.
     *
     * @param typed the line that {@link #lineToConfirm} asks for, from paper
     * @throws HoldfastException with {@link ErrorCode#ILLEGAL_STATE} when no paper waits: it was never made, or the process has started again;
     *     {@link ErrorCode#INVALID_ARGUMENT} when the line is wrong. Nothing is changed then
     */
    public synchronized void confirmRecoveryKey(String typed) {
        recovery.save(papers.confirm(typed).secret().recipient(time.utcMillis()));
        settle();
    }

    /**
     * Gives all key files in one, to be kept elsewhere: the store key, and the machines' keys that it opens.
     *
     * @param passphrase seals the store key in the export; needed when it lies in clear here
     * @return the export, for {@link #restore}
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when a passphrase is needed or too short, {@link ErrorCode#KEY_MISSING}
     *     when there is no store key
     */
    public synchronized byte[] export(Optional<String> passphrase) {
        care.requireForExport(passphrase);
        return rescue.export(passphrase);
    }

    /**
     * Takes the keys back from an export, while the node runs. Machines' keys that are here and newer stay.
     *
     * @param export from {@link #export}
     * @param passphrase that the export was sealed by
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is no whole export, {@link ErrorCode#PASSPHRASE_WRONG},
     *     {@link ErrorCode#KEY_FOREIGN} when the keys here are of another store; nothing is changed then
     */
    public synchronized void restore(byte[] export, String passphrase) {
        try {
            rescue.restore(export, passphrase);
        } finally {
            load();
        }
    }

    /**
     * Opens the machines' keys with the paper alone, while the node runs, and seals them for a new store key.
     *
     * @param paper the confirmed one
     * @param passphrase seals the new store key; nothing leaves it in clear
     * @throws HoldfastException with {@link ErrorCode#KEY_FOREIGN} when no machine's keys are sealed for the paper,
     *     {@link ErrorCode#INVALID_ARGUMENT} when the passphrase is too short; nothing is changed then
     */
    public synchronized void recover(RecoveryPaper paper, Optional<String> passphrase) {
        StoreKeyCare.requirePassphrase(passphrase, false);
        try {
            rescue.recover(paper, passphrase, time.utcMillis());
        } finally {
            load();
        }
    }
}
