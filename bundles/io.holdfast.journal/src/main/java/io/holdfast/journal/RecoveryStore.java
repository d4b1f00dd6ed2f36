package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.store.StoreOpener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A recovery store: the histories of many machines in one directory. It has no thread: its owner calls {@link #commit} when batches wait, and
 * {@link #maintain} when there is time. Thread-safe.
 *
 * @since 1.0
 */
public interface RecoveryStore extends AutoCloseable {

    /**
     * Opens the store in a directory, or makes one when the directory is missing or empty. What a crash left is put in order: nothing that was
     * acknowledged is lost, and what is damaged is set aside and listed by {@link #damages()}.
     *
     * @param directory where; its parent must be there
     * @param settings the bounds
     * @param time the store's clock, for labels alone
     * @return the open store
     * @throws HoldfastException with {@link ErrorCode#DATA_FOLDER_IN_USE} when another process has it open,
     *     {@link ErrorCode#DATA_FOLDER_NEWER} when it is of a newer format, {@link ErrorCode#STORE_DAMAGED} when it is no store or its root is
     *     damaged, {@link ErrorCode#DATA_FOLDER_READ_ONLY}, {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it cannot be written
     */
    static RecoveryStore open(Path directory, StoreSettings settings, TimeSource time) {
        return open(SegmentPlaces.files(directory), settings, time);
    }

    /**
     * Opens the store behind a file port; see {@link #open(Path, StoreSettings, TimeSource)}.
     *
     * @param files where the store lies
     * @param settings the bounds
     * @param time the store's clock, for labels alone
     * @return the open store
     * @throws HoldfastException as there
     */
    static RecoveryStore open(StoreFiles files, StoreSettings settings, TimeSource time) {
        return StoreOpener.open(files, settings, time, Optional.empty(), ResidentKeys.NONE);
    }

    /**
     * Opens the store behind a file port, as {@link #open(Path, StoreSettings, TimeSource)} does, and signs what its ledgers take in from now on.
     *
     * @param files where the store lies
     * @param settings the bounds
     * @param time the store's clock, for labels alone
     * @param signer signs tree heads; a store opened without one goes on without signatures, which its verification names
     * @return the open store
     * @throws HoldfastException as there
     */
    static RecoveryStore open(StoreFiles files, StoreSettings settings, TimeSource time, LedgerSigner signer) {
        return StoreOpener.open(files, settings, time, Optional.of(signer), ResidentKeys.NONE);
    }

    /**
     * Opens the store behind a file port, as {@link #open(StoreFiles, StoreSettings, TimeSource, LedgerSigner)} does, for a master target that has the
     * keys of its machines.
     *
     * @param files where the store lies
     * @param settings the bounds
     * @param time the store's clock, for labels alone
     * @param signer signs tree heads
     * @param keys which the store may use by itself; asked each time anew
     * @return the open store
     * @throws HoldfastException as there
     */
    static RecoveryStore open(
            StoreFiles files, StoreSettings settings, TimeSource time, LedgerSigner signer, ResidentKeys keys) {
        return StoreOpener.open(files, settings, time, Optional.of(signer), keys);
    }

    /**
     * Opens the store in a directory for reading alone. The directory may lie on a medium that is mounted so, or belong to somebody else: not one byte of it
     * changes. What a crash left is put in order in memory, at most 96 MiB of it, so that batches which lie in the intake log alone are in the points as
     * well; what is damaged is named and stays where it lies. Several processes may read a store at a time.
     *
     * @param directory where
     * @param settings the bounds
     * @param time the store's clock, for labels alone
     * @return the open store; whatever would change it is refused with {@link ErrorCode#DATA_FOLDER_READ_ONLY}
     * @throws HoldfastException with {@link ErrorCode#NOT_FOUND} when there is no store, {@link ErrorCode#DATA_FOLDER_IN_USE} when a process has it open
     *     for writing, {@link ErrorCode#DATA_FOLDER_NEWER}, {@link ErrorCode#STORE_DAMAGED} as {@link #open(Path, StoreSettings, TimeSource)},
     *     {@link ErrorCode#DISK_FULL} when more would have to be put in order, {@link ErrorCode#DISK_ERROR} when it cannot be read
     */
    static RecoveryStore openReading(Path directory, StoreSettings settings, TimeSource time) {
        if (!Files.isDirectory(directory)) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "directory " + directory, "is not there");
        }
        return openReading(SegmentPlaces.files(directory), settings, time);
    }

    /**
     * Opens the store behind a file port for reading alone; see {@link #openReading(Path, StoreSettings, TimeSource)}.
     *
     * @param medium where the store lies
     * @param settings the bounds
     * @param time the store's clock, for labels alone
     * @return the open store
     * @throws HoldfastException as there
     */
    static RecoveryStore openReading(StoreFiles medium, StoreSettings settings, TimeSource time) {
        return StoreOpener.openReading(medium, settings, time);
    }

    /**
     * Tells the store's identity.
     *
     * @return given when the store was made, never changed
     */
    UUID storeId();

    /**
     * Starts the history of a machine. Durable on return.
     *
     * @param machine which
     * @return its empty history
     * @throws HoldfastException with {@link ErrorCode#ALREADY_EXISTS} when it has one, {@link ErrorCode#DISK_FULL},
     *     {@link ErrorCode#DISK_ERROR} when it could not be made durable
     */
    MachineHistory create(MachineId machine);

    /**
     * Finds the history of a machine.
     *
     * @param machine which
     * @return the history, or nothing when the machine has none here
     * @throws HoldfastException with {@link ErrorCode#STORE_DAMAGED} when it is there and could not be opened; see {@link #damages()}
     */
    Optional<MachineHistory> find(MachineId machine);

    /**
     * Begins to carry a machine's history to another store, or goes on with what an earlier transfer began. No key is needed. Nothing is changed
     * before the first step.
     *
     * @param machine which
     * @param order where to, and what becomes of the history here
     * @return the transfer; the caller steps it and closes it
     * @throws HoldfastException with {@link ErrorCode#NOT_FOUND} when the machine has no history here, {@link ErrorCode#STORE_DAMAGED} when it
     *     could not be opened here or there, {@link ErrorCode#INVALID_ARGUMENT} when the target is this store,
     *     {@link ErrorCode#DATA_FOLDER_COPIED} when it is a copy of this store's folder
     */
    HistoryTransfer transfer(MachineId machine, TransferOrder order);

    /**
     * Lists the machines that have a history here.
     *
     * @return their ids, sorted
     */
    List<MachineId> machines();

    /**
     * Makes durable what was appended to any machine before this call: one group commit for all of them. One call at a time; others wait.
     *
     * @return what is durable now, for each machine that had batches waiting
     * @throws HoldfastException with {@link ErrorCode#DISK_FULL} when there was no room, or what there is is kept for maintenance: the waiting
     *     batches are dropped, to be sent again, and the store goes on; with {@link ErrorCode#DISK_ERROR} when the medium failed: the store takes no more writes until it is opened again,
     *     and points stay readable
     */
    List<Durable> commit();

    /**
     * Tells how much room the medium has, and whether batches are taken in. They are not while what is left, less what was taken in and has no
     * place in a segment yet, is at most the reserve of {@link StoreSettings#reserve()}; and then until there is an eighth of the reserve more.
     *
     * @return what was found now
     * @throws HoldfastException with {@link ErrorCode#DISK_ERROR} when the medium cannot tell
     */
    StoreRoom room();

    /**
     * Requires that batches are taken in now.
     *
     * @throws HoldfastException with {@link ErrorCode#DISK_FULL} when the rest of the medium is kept for maintenance, with {@link
     *     ErrorCode#DISK_ERROR} when the medium has failed or cannot tell its room
     */
    void requireIntake();

    /**
     * Does one bounded step of what can wait: moves batches from the intake log to their segments, seals full
     * segments, merges index runs, retires and cleans what is not kept any more, reads back what lies at rest.
     *
     * @return true when there is more to do
     * @throws HoldfastException as for {@link #commit}, and with {@link ErrorCode#STORE_DAMAGED} when a segment read back at its sealing is
     *     damaged; it is set aside then and listed by {@link #damages()}
     */
    boolean maintain();

    /**
     * Says where all ledgers and histories stand, for somebody outside to keep. Each machine is as durable at some moment of this call. Machines whose
     * history could not be opened are not in it.
     *
     * @param since an earlier anchor; where a machine is in both, the new one proves that its ledger grew out of that one
     * @return the anchor
     * @throws HoldfastException with {@link ErrorCode#DISK_ERROR} when a ledger cannot be read
     */
    Anchor anchor(Optional<Anchor> since);

    /**
     * Compares the store with an anchor: whether each ledger begins with the tree that the anchor has seen, and whether a history has gone back. Reads
     * ledgers alone; {@link StoreVerifier} compares every block as well.
     *
     * @param anchor of this store, made earlier
     * @return what is not as it says; empty when all that it has seen is still there
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is one of another store, {@link ErrorCode#DISK_ERROR} when a ledger
     *     cannot be read
     */
    List<AnchorFinding> compare(Anchor anchor);

    /**
     * Carries one sealed segment to where segments rest, when that is not the store's own folder; see {@link SegmentPlaces}. May take as long as it
     * takes to send a segment, and keeps no commit waiting: a thread of its own calls it. One call at a time.
     *
     * @return true when there may be more to carry
     * @throws HoldfastException with {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it could not be done: the segment stays where
     *     it is, readable, and may be tried again
     */
    boolean offload();

    /**
     * Lists what was found damaged since the store was opened. Damaged bytes are kept, set aside, and never cut.
     *
     * @return one entry for each finding, oldest first, at most 1,000
     */
    List<Damage> damages();

    /**
     * Makes durable what waits, if the medium allows, and lets go of the directory. Open images stay usable until they are closed themselves. A
     * second call does nothing.
     */
    @Override
    void close();
}
