package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import java.util.Optional;

/**
 * The keys of this node. Looking needs a viewer, unlocking, handing over and taking back an operator, everything else an administrator. No secret is
 * written to the audit log. Errors are those of {@link io.holdfast.journal.KeyVault}.
 *
 * @since 1.0
 */
public interface KeyControl {

    /** Where the keys of a machine may be used. */
    enum Holder {
        /** The master target has them from its start. */
        RESIDENT,
        /** The master target is handed them for a failover or drill. */
        BLIND
    }

    /**
     * Tells how the keys stand.
     *
     * @param caller who asks
     * @return a view without secrets
     */
    KeysView status(Caller caller);

    /**
     * Makes a new recovery key, which takes effect when a line of it has been typed back.
     *
     * @param caller who asks
     * @return the paper, shown this once
     */
    PaperView makePaper(Caller caller);

    /**
     * Puts the new recovery key into force.
     *
     * @param caller who asks
     * @param line the line that was asked for, from paper
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}, {@code INVALID_ARGUMENT}
     */
    void confirmPaper(Caller caller, String line);

    /**
     * Opens the store key with its passphrase.
     *
     * @param caller who asks
     * @param passphrase what was typed
     * @throws io.holdfast.base.HoldfastException {@code PASSPHRASE_WRONG}, {@code OVERLOADED}, {@code ILLEGAL_STATE}
     */
    void unlock(Caller caller, String passphrase);

    /**
     * Seals the store key by another passphrase, or by none.
     *
     * @param caller who asks
     * @param passphrase the new one; nothing leaves the store key in clear
     */
    void setPassphrase(Caller caller, Optional<String> passphrase);

    /**
     * Makes a new store key and seals all machines' keys for it.
     *
     * @param caller who asks
     * @param passphrase seals the new one
     */
    void rotateStoreKey(Caller caller, Optional<String> passphrase);

    /**
     * Gives all keys in one file, sealed.
     *
     * @param caller who asks
     * @param passphrase seals the store key in it
     * @return the file
     */
    byte[] export(Caller caller, Optional<String> passphrase);

    /**
     * Takes keys back from an export.
     *
     * @param caller who asks
     * @param export the file
     * @param passphrase that it was sealed by
     */
    void restore(Caller caller, byte[] export, String passphrase);

    /**
     * Opens the machines' keys with the recovery paper, and seals them for a new store key.
     *
     * @param caller who asks
     * @param paper its lines
     * @param passphrase seals the new store key; nothing leaves it in clear
     */
    void recover(Caller caller, String paper, Optional<String> passphrase);

    /**
     * Gives a machine a new data key for what is written from now on.
     *
     * @param caller who asks
     * @param machine which
     */
    void rotate(Caller caller, MachineId machine);

    /**
     * Says where the keys of a machine may be used.
     *
     * @param caller who asks
     * @param machine which
     * @param holder by whom
     */
    void setHolder(Caller caller, MachineId machine, Holder holder);

    /**
     * Hands the keys of a machine to a blind master target, until its last offered point is withdrawn.
     *
     * @param caller who asks
     * @param machine which
     */
    void handOver(Caller caller, MachineId machine);

    /**
     * Drops what was handed over.
     *
     * @param caller who asks
     * @param machine which
     */
    void takeBack(Caller caller, MachineId machine);
}
