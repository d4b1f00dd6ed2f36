package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.keys.KeyExport;
import io.holdfast.journal.internal.keys.MachineRing;
import io.holdfast.journal.internal.keys.RecoveryFile;
import io.holdfast.journal.internal.keys.RecoveryRecipient;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyFile;
import io.holdfast.journal.internal.keys.StoreKeyHolder;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes keys out of a vault and brings them back. Whoever calls it reads the ring again afterwards, whether it succeeded or not. Not thread-safe.
 */
final class KeyRescue {

    private static final String EXPORT = "export of keys";

    private final StoreKeyHolder storeKey;
    private final RecoveryFile recovery;
    private final MachineRing ring;
    private final SecureRandom random;

    KeyRescue(StoreKeyHolder storeKey, RecoveryFile recovery, MachineRing ring, SecureRandom random) {
        this.storeKey = storeKey;
        this.recovery = recovery;
        this.ring = ring;
        this.random = random;
    }

    byte[] export(Optional<String> passphrase) {
        Map<String, byte[]> files = new HashMap<>(ring.export());
        files.put(StoreKeyHolder.NAME, storeKey.export(passphrase));
        recovery.recipient().ifPresent(paper -> files.put(RecoveryFile.NAME, paper.encode()));
        return new KeyExport(!storeKey.hasPassphrase(), files).encode();
    }

    void restore(byte[] export, String passphrase) {
        try {
            KeyExport keys = KeyExport.decode(export);
            byte[] file = keys.files().get(StoreKeyHolder.NAME);
            if (file == null) {
                throw DamagedException.damaged("the export has no store key");
            }
            StoreKeyFile sealed = StoreKeyFile.decode(file);
            StoreKey key = sealed.isClear()
                    ? sealed.openClear()
                    : sealed.open(passphrase)
                            .orElseThrow(() -> new HoldfastException(
                                    ErrorCode.PASSPHRASE_WRONG, EXPORT, "the passphrase does not open it"));
            adopt(keys, key, file);
        } catch (DamagedException e) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, EXPORT, String.valueOf(e.getMessage()), e);
        }
    }

    private void adopt(KeyExport keys, StoreKey key, byte[] file) throws DamagedException {
        ring.load(present -> present.open(key));
        if (ring.hasSealed() && !ring.hasOpenedSealed()) {
            throw new HoldfastException(
                    ErrorCode.KEY_FOREIGN,
                    EXPORT,
                    key + " opens none of the keys that are here: it is of another store");
        }
        for (Map.Entry<String, byte[]> each : keys.files().entrySet()) {
            switch (each.getKey()) {
                case StoreKeyHolder.NAME -> {} // comes last
                case RecoveryFile.NAME -> recovery.adopt(each.getValue());
                default -> ring.adopt(each.getKey(), each.getValue());
            }
        }
        if (keys.clearWhenRestored()) {
            storeKey.replace(key, Optional.empty());
        } else {
            storeKey.replace(file, key);
        }
    }

    /** The machines' files come first: until the store key is there as well, the paper still opens them all. */
    void recover(RecoveryPaper paper, Optional<String> passphrase, long utcMillis) {
        ring.load(file -> file.open(paper.secret()));
        if (!ring.hasOpenedSealed()) {
            throw new HoldfastException(
                    ErrorCode.KEY_FOREIGN,
                    PendingPaper.OBJECT,
                    paper.name() + " opens none of the keys that are here; expected the paper of this store");
        }
        if (recovery.recipient().isEmpty()) {
            recovery.save(paper.secret().recipient(utcMillis));
        }
        RecoveryRecipient recipient = recovery.recipient().orElseThrow();
        StoreKey next = StoreKey.generate(random);
        ring.rewrap(List.of(next), recipient);
        storeKey.replace(next, passphrase);
    }
}
