package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.keys.Attempts;
import io.holdfast.journal.internal.keys.MachineRing;
import io.holdfast.journal.internal.keys.RecoveryRecipient;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyHolder;
import java.util.List;
import java.util.Optional;

/** The store key's passphrase and its replacement. Guarded by the vault's lock. */
final class StoreKeyCare {

    private final StoreKeyHolder storeKey;
    private final Attempts attempts;
    private final MachineRing ring;
    private final KeyCondition condition;

    StoreKeyCare(StoreKeyHolder storeKey, Attempts attempts, MachineRing ring, KeyCondition condition) {
        this.storeKey = storeKey;
        this.attempts = attempts;
        this.ring = ring;
        this.condition = condition;
    }

    /** Tries a passphrase; see {@link KeyVault#unlock}. */
    void unlock(String passphrase) {
        if (!storeKey.hasPassphrase()) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE, "store key", "is not sealed by a passphrase; expected one that is");
        }
        attempts.begin();
        if (!storeKey.unlock(passphrase)) {
            throw new HoldfastException(
                    ErrorCode.PASSPHRASE_WRONG, "passphrase", "does not open store key " + storeKey.name());
        }
        attempts.succeeded();
    }

    /** Machines' keys are sealed for both keys while one replaces the other, so that a crash leaves none that the key on the disk does not open. */
    void replace(StoreKey next, Optional<String> passphrase) {
        StoreKey before = condition.requireOpen();
        requirePassphrase(passphrase, storeKey.hasPassphrase());
        RecoveryRecipient paper = condition.requireConfirmed();
        ring.rewrap(List.of(before, next), paper);
        storeKey.replace(next, passphrase);
        ring.rewrap(List.of(next), paper);
    }

    void setPassphrase(Optional<String> passphrase) {
        requirePassphrase(passphrase, false);
        storeKey.replace(condition.requireOpen(), passphrase);
    }

    /** Checks the passphrase of an export, which is needed when the store key lies in clear here. */
    void requireForExport(Optional<String> passphrase) {
        requirePassphrase(passphrase, !storeKey.hasPassphrase());
    }

    static void requirePassphrase(Optional<String> passphrase, boolean needed) {
        int length = passphrase.map(String::length).orElse(0);
        if (passphrase.isEmpty() ? needed : length < KeyVault.PASSPHRASE_CHARACTERS_LEAST) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "passphrase",
                    length + " characters; expected at least " + KeyVault.PASSPHRASE_CHARACTERS_LEAST);
        }
    }
}
